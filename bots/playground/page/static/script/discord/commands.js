// Slash commands: found by name, then filled in field by field.

import { createCompletion } from "../completion.js";
import { element } from "../dom.js";
import { post } from "../http.js";
import { classes, closer } from "../pieces.js";

const SUBCOMMAND = 1;
const GROUP = 2;
const KIND = { STRING: 3, INTEGER: 4, BOOLEAN: 5, USER: 6, CHANNEL: 7, ROLE: 8, MENTIONABLE: 9, NUMBER: 10 };
const BASE = "/discord";
const ASK_MS = 150;

export function flattened(commands) {
  const byName = commands.filter(({ type }) => type === 1).sort((a, b) => a.name.localeCompare(b.name));
  return byName.flatMap((command) => variants(command, command.options ?? [], ""));
}

function variants(command, options, path) {
  const nested = options.filter(({ type }) => type === SUBCOMMAND || type === GROUP);
  if (!nested.length) {
    const label = `/${[command.name, path].filter(Boolean).join(" ")}`;
    return [{ command, subcommand: path || undefined, label, detail: command.description, options }];
  }
  return nested.flatMap((one) => {
    const below = [path, one.name].filter(Boolean).join(" ");
    return variants({ ...command, description: one.description }, one.options ?? [], below);
  });
}

export function createCommandForm({ names, person, channel, toasts, onDone }) {
  const node = element("form", { class: "command", hidden: true });
  let chosen = null;

  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    const options = {};
    for (const field of node.querySelectorAll("[data-option]")) {
      if (field.value !== "") options[field.dataset.option] = typed(field);
    }
    const sent = { ...which(), options };
    leave();
    try {
      await post(`${BASE}/control/commands`, sent);
    } catch (error) {
      toasts.show(error.message);
    }
  });
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
  });

  function which() {
    const { command, subcommand } = chosen;
    return { user: person(), channel: channel(), command: command.name, subcommand };
  }

  function leave() {
    node.hidden = true;
    onDone();
  }

  function typed(field) {
    const kind = Number(field.dataset.kind);
    if (kind === KIND.INTEGER || kind === KIND.NUMBER) return Number(field.value);
    if (kind === KIND.BOOLEAN) return field.value === "true";
    return field.value;
  }

  function fieldOf(option, index) {
    const id = `option-${index}`;
    const attributes = { id, required: option.required, "data-option": option.name, "data-kind": option.type };
    const listed = listOf(option);
    if (listed) {
      const blank = element("option", { value: "" }, option.required ? "Choose…" : "");
      return element(
        "select",
        attributes,
        blank,
        listed.map(({ value, label }) => element("option", { value }, label)),
      );
    }
    if (option.type === KIND.INTEGER || option.type === KIND.NUMBER) {
      const step = option.type === KIND.NUMBER ? "any" : 1;
      return element("input", { ...attributes, type: "number", min: option.min_value, max: option.max_value, step });
    }
    if (option.autocomplete) return completing(option, attributes);
    return element("input", {
      ...attributes,
      type: "text",
      minlength: option.min_length,
      maxlength: option.max_length,
    });
  }

  function listOf(option) {
    if (option.choices?.length) return option.choices.map(({ name, value }) => ({ value, label: name }));
    if (option.type === KIND.BOOLEAN) return ["true", "false"].map((value) => ({ value, label: value }));
    if (option.type === KIND.USER) return names.people();
    if (option.type === KIND.CHANNEL) return names.channels();
    if (option.type === KIND.ROLE) return names.roles();
    return option.type === KIND.MENTIONABLE ? [...names.people(), ...names.roles()] : null;
  }

  function completing(option, attributes) {
    const field = element("input", { ...attributes, type: "text", role: "combobox", autocomplete: "off" });
    let choices = [];
    let timer = null;
    const list = createCompletion(field, {
      suggest: () => choices,
      insert(item) {
        clearTimeout(timer);
        field.value = item.insert;
      },
    });
    const isStill = (value) => document.activeElement === field && field.value === value;
    const ask = async () => {
      const asked = { ...which(), option: option.name, value: field.value };
      if (!isStill(asked.value)) return;
      const found = await post(`${BASE}/control/autocomplete`, asked).catch(() => ({ choices: [] }));
      if (!isStill(asked.value)) return;
      choices = found.choices.map(({ name, value }) => ({ label: name, insert: value }));
      list.refresh();
    };
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, ASK_MS);
    });
    field.addEventListener("focus", ask);
    field.addEventListener("blur", () => list.close());
    field.addEventListener("keydown", (event) => {
      if (!list.takes(event)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    return element("span", {}, field, list.node);
  }

  return {
    node,
    open(entry) {
      chosen = entry;
      const fields = entry.options.map((option, index) =>
        element(
          "label",
          {
            class: classes("option", { required: option.required, wide: option.type === KIND.STRING }),
            title: option.description,
          },
          element("span", {}, option.name),
          fieldOf(option, index),
        ),
      );
      node.replaceChildren(
        element("b", {}, entry.label),
        ...fields,
        element("span", { class: "ends" }, element("button", { class: "send" }, "Send"), closer(leave, "Cancel command")),
      );
      node.hidden = false;
      (node.querySelector("[data-option]") ?? node.querySelector("button")).focus();
    },
  };
}
