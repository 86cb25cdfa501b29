// Which panes are shown: Slack, Discord, or both side by side.

import { remembered } from "./memory.js";

export function createLayout(panes, buttons) {
  const at = remembered("layout", { shown: "both" });

  function show(shown) {
    at.value.shown = shown;
    at.save();
    panes.dataset.shown = shown;
    for (const one of buttons) one.setAttribute("aria-pressed", String(one.dataset.show === shown));
  }

  for (const one of buttons) one.addEventListener("click", () => show(one.dataset.show));
  show(at.value.shown);
}
