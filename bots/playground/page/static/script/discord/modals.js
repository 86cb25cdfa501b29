// Discord's modals: opened by the bot, checked by Discord's own limits, answered once.

import { button, element } from "../dom.js";
import { post, remove } from "../http.js";
import { closer, shut } from "../pieces.js";
import { makeComponent, valuesOf } from "./components.js";

const BASE = "/discord";

export function createModals({ names, person }) {
  const node = element("dialog", { class: "modal discord-modal" });
  const problem = element("p", { class: "problem", role: "alert", hidden: true });
  let shown = null;

  node.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });

  function close() {
    remove(`${BASE}/control/modals/${shown.id}`).catch((error) => fail(error.message));
  }

  function fail(text) {
    problem.hidden = false;
    problem.textContent = text;
  }

  async function submit(event) {
    event.preventDefault();
    try {
      await post(`${BASE}/control/modals/${shown.id}/submit`, { user: person(), values: valuesOf(event.target) });
    } catch (error) {
      fail(error.message);
    }
  }

  return {
    node,
    show(modal) {
      if (modal?.id === shown?.id) return;
      shown = modal ?? null;
      if (!modal) {
        shut(node);
        return;
      }
      problem.hidden = true;
      const title = element("h2", { id: "discord-modal-title" }, modal.title);
      node.setAttribute("aria-labelledby", title.id);
      node.replaceChildren(
        element(
          "form",
          { on: { submit } },
          element("header", {}, title, closer(close)),
          element(
            "div",
            { class: "fields" },
            modal.components.map((one) => makeComponent(one, { names, act: () => {} })),
          ),
          problem,
          element(
            "footer",
            {},
            button("Cancel", close, { class: "action" }),
            element("button", { class: "action primary" }, "Submit"),
          ),
        ),
      );
      if (!node.open) node.showModal();
      node.querySelector("[data-custom-id]")?.focus();
    },
  };
}
