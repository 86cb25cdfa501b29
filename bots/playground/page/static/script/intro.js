// What an empty channel says: where one is, and what one could type first.

import { button, element } from "./dom.js";

export function createIntro(ideas, choose) {
  const title = element("h3");
  const buttons = ideas.map((idea) => button(idea, () => choose(idea), { class: "idea" }));
  const node = element(
    "div",
    { class: "intro", hidden: true },
    title,
    element("p", {}, "Nobody has written here yet. Try one of these:"),
    element("p", {}, buttons),
  );
  return {
    node,
    show(label, empty) {
      node.hidden = !empty;
      title.textContent = label;
    },
  };
}
