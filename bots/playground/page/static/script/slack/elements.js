// Block Kit's interactive elements (https://docs.slack.dev/reference/block-kit/block-elements).

import { button, element } from "../dom.js";

const words = (text) => text?.text ?? "";

const MAKERS = {
  button: (item, context) =>
    button(words(item.text), () => context.act(item, item.value ?? ""), {
      class: `action ${item.style ?? ""}`,
      "aria-label": item.accessibility_label,
    }),
  static_select: (item, context) => select(item, optionsOf(item), context),
  external_select: (item, context) => select(item, optionsOf(item), context),
  users_select: (item, context) => select(item, context.names.people(), context),
  conversations_select: (item, context) => select(item, context.names.channels(), context),
  channels_select: (item, context) => select(item, context.names.channels(), context),
  multi_static_select: (item, context) => select(item, optionsOf(item), context, true),
  multi_users_select: (item, context) => select(item, context.names.people(), context, true),
  multi_conversations_select: (item, context) => select(item, context.names.channels(), context, true),
  multi_channels_select: (item, context) => select(item, context.names.channels(), context, true),
  overflow: (item, context) => select({ ...item, placeholder: { text: "⋯" } }, optionsOf(item), context),
  radio_buttons: (item, context) => choices(item, context, "radio"),
  checkboxes: (item, context) => choices(item, context, "checkbox"),
  plain_text_input: (item, context) => textInput(item, context),
  rich_text_input: (item, context) => textInput({ ...item, multiline: true }, context),
  email_text_input: (item, context) => input(item, context, { type: "email" }),
  url_text_input: (item, context) => input(item, context, { type: "url" }),
  number_input: (item, context) => input(item, context, { type: "number", min: item.min_value, max: item.max_value }),
  datepicker: (item, context) => input({ ...item, initial_value: item.initial_date }, context, { type: "date" }),
  timepicker: (item, context) => input({ ...item, initial_value: item.initial_time }, context, { type: "time" }),
  feedback_buttons: (item, context) =>
    element(
      "span",
      { class: "feedback" },
      [item.positive_button, item.negative_button].map((one, index) =>
        quiet(index ? "👎" : "👍", one.text, () => context.act(item, one.value)),
      ),
    ),
  icon_button: (item, context) => quiet("🗑", item.text, () => context.act(item, item.value ?? "")),
  image: (item) => element("span", { class: "picture-text" }, `🖼 ${item.alt_text}`),
};

export function makeElement(item, context) {
  return MAKERS[item.type]?.(item, context) ?? element("span", { class: "unknown" }, `[${item.type}]`);
}

export function valueOf(node) {
  if (node.matches("select[multiple]")) return [...node.selectedOptions].map((option) => option.value);
  if (!node.matches("fieldset")) return node.value === "" ? null : node.value;
  const checked = [...node.querySelectorAll("input:checked")].map((box) => box.value);
  return node.dataset.many ? checked : (checked[0] ?? null);
}

function quiet(sign, text, listener) {
  return button(sign, listener, { class: "action quiet", title: words(text), "aria-label": words(text) });
}

function optionsOf(item) {
  const listed = [...(item.options ?? []), ...(item.option_groups ?? []).flatMap((group) => group.options)];
  return listed.map((option) => ({ value: option.value, label: words(option.text) }));
}

function firstOf(item) {
  const values = [
    item.initial_option?.value,
    item.initial_user,
    item.initial_channel,
    item.initial_conversation,
    ...(item.initial_options ?? []).map((option) => option.value),
    ...(item.initial_users ?? []),
    ...(item.initial_channels ?? []),
    ...(item.initial_conversations ?? []),
  ];
  return values.filter((value) => value !== undefined);
}

function select(item, options, context, multiple = false) {
  const first = firstOf(item);
  const node = element("select", {
    class: "action",
    multiple,
    "aria-label": context.label ?? words(item.placeholder),
    ...marks(item, context),
  });
  if (!multiple)
    node.append(element("option", { value: "", disabled: !context.optional }, words(item.placeholder) || "Choose…"));
  node.append(
    ...options.map(({ value, label }) => element("option", { value, selected: first.includes(value) }, label)),
  );
  if (!multiple && first.length === 0) node.value = "";
  node.addEventListener("change", () => context.act(item, valueOf(node)));
  return node;
}

function choices(item, context, type) {
  const first = firstOf(item);
  const name = `${context.block}-${item.action_id}`;
  const node = element("fieldset", { class: "choices", ...marks(item, context) });
  if (type === "checkbox") node.dataset.many = "1";
  node.append(
    ...optionsOf(item).map(({ value, label }) =>
      element("label", {}, element("input", { type, name, value, checked: first.includes(value) }), label),
    ),
  );
  node.addEventListener("change", () => context.act(item, valueOf(node)));
  return node;
}

function textInput(item, context) {
  if (!item.multiline) return input(item, context, { type: "text" });
  return field("textarea", item, context, { rows: 5 });
}

function input(item, context, attributes) {
  return field("input", item, context, attributes);
}

function field(name, item, context, attributes) {
  const node = element(name, {
    placeholder: words(item.placeholder),
    "aria-label": context.label,
    maxlength: item.max_length,
    value: item.initial_value ?? "",
    ...attributes,
    ...marks(item, context),
  });
  if (context.live) node.addEventListener("change", () => context.act(item, valueOf(node)));
  return node;
}

function marks(item, context) {
  return { "data-action": item.action_id, "data-block": context.block };
}
