// Short notes in a corner of a pane: what a platform would tell the person, or what the page could not do.

import { button, element } from "./dom.js";

const SHOWN_MS = 6000;

export function createToasts() {
  const node = element("div", { class: "toasts", role: "status", "aria-live": "polite" });
  const put = (text, kind) => {
    const toast = element("div", { class: kind }, element("span", {}, text));
    toast.append(button("×", () => toast.remove(), { "aria-label": "Dismiss" }));
    node.append(toast);
    setTimeout(() => toast.remove(), SHOWN_MS);
  };
  const show = (text) => put(text, "toast");
  const tell = (text) => put(text, "toast told");
  const trying = (action) => action.catch((error) => show(error.message));
  return { node, show, tell, trying };
}
