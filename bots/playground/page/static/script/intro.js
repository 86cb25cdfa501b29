// What an empty channel says: where one is, and what one could type first.

import { button, element } from "./dom.js";

export function createIntro(choose) {
  const title = element("h3");
  const buttons = element("p");
  let offered = "";
  const node = element(
    "div",
    { class: "intro", hidden: true },
    title,
    element("p", {}, "Nobody has written here yet. Try one of these:"),
    buttons,
  );
  return {
    node,
    show(label, ideas, empty) {
      node.hidden = !empty;
      title.textContent = label;
      if (offered === ideas.join()) return;
      offered = ideas.join();
      buttons.replaceChildren(...ideas.map((idea) => button(idea, () => choose(idea), { class: "idea" })));
    },
  };
}
