// Small parts that the messages of both platforms have.

import { button, element } from "./dom.js";
import { clock, count } from "./times.js";

export function stamp(date) {
  return element("time", { datetime: date.toISOString(), title: date.toLocaleString() }, clock(date));
}

export function appTag(author) {
  return author.bot ? element("span", { class: "app" }, "APP") : "";
}

export function editCount(edits) {
  if (!edits) return "";
  const title = `This message was posted once and has been edited in place ${count(edits, "time")}.`;
  return element("span", { class: "edits", title }, count(edits, "edit"));
}

export function tool(sign, label, listener) {
  return button(sign, listener, { title: label, "aria-label": label });
}

export function closer(listener, label = "Close") {
  return button("×", listener, { class: "close", "aria-label": label });
}

// Chromium gives the focus back to where it was, but leaves the caret in the closed dialog: keys would go nowhere.
export function shut(dialog) {
  dialog.close();
  const field = document.activeElement;
  field.blur();
  field.focus();
}

export function reactionButton(shown, users, me, names, listener) {
  return button(`${shown} ${users.length}`, listener, {
    class: "reaction",
    "aria-pressed": String(users.includes(me)),
    title: users.map(names.person).join(", "),
  });
}

export function classes(always, optional) {
  return [always, ...Object.keys(optional).filter((name) => optional[name])].join(" ");
}
