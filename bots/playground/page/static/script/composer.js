// Where people write: a field that grows, with completion, and a line above it for replies and edits.

import { createCompletion } from "./completion.js";
import { button, element } from "./dom.js";

export function createComposer({ label, suggest, send, onChoose }) {
  const field = element("textarea", { rows: 1, role: "combobox", "aria-label": label });
  const about = element("div", { class: "mode", hidden: true });
  const submit = button("Send", () => sendNow(), { class: "send" });
  let mode = null;

  const completion = createCompletion(field, {
    suggest,
    insert(item) {
      if (onChoose?.(item)) return;
      const start = field.value.slice(0, field.selectionStart).search(/\S*$/);
      field.setRangeText(`${item.insert} `, start, field.selectionStart, "end");
      changed();
    },
  });

  function changed() {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 200)}px`;
    submit.disabled = field.value.trim() === "";
    completion.refresh();
  }

  async function sendNow() {
    const text = field.value;
    if (!text.trim()) return;
    const how = mode?.send ?? send;
    field.value = "";
    leave();
    changed();
    if ((await how(text)) === false) {
      field.value = text;
      changed();
    }
  }

  function leave() {
    mode = null;
    about.hidden = true;
    field.focus();
  }

  field.addEventListener("input", changed);
  field.addEventListener("blur", () => completion.close());
  field.addEventListener("keydown", (event) => {
    if (completion.takes(event)) event.preventDefault();
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      sendNow();
    } else if (event.key === "Escape" && mode) leave();
  });
  submit.disabled = true;

  return {
    node: element(
      "div",
      { class: "composer" },
      about,
      element("div", { class: "box" }, completion.node, field, submit),
    ),
    field,
    placeholder(text, canWrite = true) {
      field.placeholder = text;
      field.setAttribute("aria-label", text);
      field.disabled = !canWrite;
    },
    enter(words, text, how) {
      mode = { send: how };
      about.replaceChildren(element("span", {}, words), button("×", leave, { "aria-label": "Cancel" }));
      about.hidden = false;
      if (text !== null) field.value = text;
      changed();
      field.focus();
    },
    start(text) {
      field.value = text;
      field.focus();
      changed();
    },
    focus: () => field.focus(),
  };
}
