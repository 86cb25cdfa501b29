// Discord's components (https://docs.discord.com/developers/components/reference).

import { button, element } from "../dom.js";
import { rich } from "../rich.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" };
const LINK = 5;
const PARAGRAPH = 2;

export function makeComponent(item, context) {
  return MAKERS[item.type]?.(item, context) ?? element("span", { class: "unknown" }, `[component ${item.type}]`);
}

export function valuesOf(form) {
  const values = {};
  for (const field of form.querySelectorAll("[data-custom-id]")) {
    values[field.dataset.customId] = valueOf(field);
  }
  return values;
}

function valueOf(field) {
  if (field.matches("select")) return [...field.selectedOptions].map(({ value }) => value);
  return field.type === "file" ? (field.uploads ?? []) : field.value;
}

const children = (items, context) => (items ?? []).map((item) => makeComponent(item, context));

const MAKERS = {
  1: (item, context) => element("div", { class: "row" }, children(item.components, context)),
  2: makeButton,
  3: (item, context) => makeSelect(item, item.options, context),
  4: makeInput,
  5: (item, context) => makeSelect(item, context.names.people(), context),
  6: (item, context) => makeSelect(item, context.names.roles(), context),
  7: (item, context) => makeSelect(item, [...context.names.people(), ...context.names.roles()], context),
  8: (item, context) => makeSelect(item, context.names.channels(), context),
  9: (item, context) =>
    element(
      "div",
      { class: "section" },
      element("div", {}, children(item.components, context)),
      item.accessory && makeComponent(item.accessory, context),
    ),
  10: (item, context) => rich(element("div", { class: "text" }), "discord", item.content, context.names),
  11: () => element("span", { class: "picture-text" }, "🖼"),
  12: (item) => element("span", { class: "picture-text" }, `🖼 ${item.items.length}`),
  13: (item) => element("span", { class: "file" }, `📎 ${item.file?.url ?? "file"}`),
  14: (item) => element("hr", { class: item.divider === false ? "space" : "" }),
  17: (item, context) => {
    const node = element("div", { class: "container" }, children(item.components, context));
    if (item.accent_color) node.style.borderLeftColor = `#${item.accent_color.toString(16).padStart(6, "0")}`;
    return node;
  },
  18: (item, context) =>
    element(
      "label",
      { class: "field" },
      element(
        "span",
        { class: "label" },
        item.label,
        item.component.required === false ? "" : element("b", { "aria-hidden": "true" }, " *"),
      ),
      item.description && element("small", {}, item.description),
      makeComponent(item.component, context),
    ),
  19: makeUpload,
};

function makeButton(item, context) {
  const label = [item.emoji?.name, item.label].filter(Boolean).join(" ");
  if (item.style === LINK)
    return element("a", { class: "action link", href: item.url, target: "_blank", rel: "noreferrer" }, `${label} ↗`);
  return button(label, () => context.act(item), {
    class: `action ${STYLES[item.style] ?? ""}`,
    disabled: item.disabled,
  });
}

function makeSelect(item, options, context) {
  const multiple = (item.max_values ?? 1) > 1;
  const chosen = (item.default_values ?? []).map(({ id }) => id);
  const node = element("select", {
    class: "action",
    multiple,
    disabled: item.disabled,
    required: item.required !== false,
    "aria-label": item.placeholder || "Choose",
    "data-custom-id": item.custom_id,
  });
  if (!multiple) node.append(element("option", { value: "", disabled: true }, item.placeholder || "Make a selection"));
  node.append(
    ...options.map(({ value, label, description, default: first }) =>
      element(
        "option",
        { value, selected: first || chosen.includes(value) },
        description ? `${label} – ${description}` : label,
      ),
    ),
  );
  if (!multiple && !node.querySelector("[selected]")) node.value = "";
  node.addEventListener("change", () =>
    context.act(
      item,
      [...node.selectedOptions].map((option) => option.value),
    ),
  );
  return node;
}

function makeUpload(item) {
  const field = element("input", {
    type: "file",
    multiple: (item.max_values ?? 1) > 1,
    required: item.required !== false,
    "data-custom-id": item.custom_id,
  });
  const upload = async (file) => ({ filename: file.name, text: await file.text() });
  field.addEventListener("change", async () => {
    field.uploads = await Promise.all([...field.files].map(upload));
  });
  return field;
}

function makeInput(item) {
  const long = item.style === PARAGRAPH;
  const field = element(long ? "textarea" : "input", {
    rows: long ? 6 : null,
    type: long ? null : "text",
    placeholder: item.placeholder,
    minlength: item.min_length,
    maxlength: item.max_length,
    required: item.required !== false,
    "data-custom-id": item.custom_id,
    value: item.value ?? "",
  });
  if (!item.label) return field;
  const star = item.required === false ? "" : element("b", { "aria-hidden": "true" }, " *");
  return element("label", { class: "field" }, element("span", { class: "label" }, item.label, star), field);
}
