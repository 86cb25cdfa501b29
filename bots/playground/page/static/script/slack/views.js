// Slack's modals: opened by the bot, validated by it, errors shown beside their fields.

import { button, element } from "../dom.js";
import { post } from "../http.js";
import { closer, shut } from "../pieces.js";
import { showBlocks } from "./blocks.js";
import { valueOf } from "./elements.js";

const BASE = "/slack";

export function createModals({ names, person, toasts }) {
  const node = element("dialog", { class: "modal slack-modal" });
  let shown = null;

  node.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });

  function close() {
    if (shown) toasts.trying(post(`${BASE}/control/views/${shown.id}/close`, { user: person() }));
  }

  function submit(event) {
    event.preventDefault();
    const values = {};
    for (const field of node.querySelectorAll("[data-action]")) {
      if (!field.closest(".block.input")) continue;
      (values[field.dataset.block] ??= {})[field.dataset.action] = valueOf(field);
    }
    toasts.trying(post(`${BASE}/control/views/${shown.id}/submit`, { user: person(), values }));
  }

  function act(item, value) {
    const action = { user: person(), view_id: shown.id, action_id: item.action_id, value };
    toasts.trying(post(`${BASE}/control/actions`, action));
  }

  function fill(view) {
    const title = element("h2", { id: "slack-modal-title" }, view.title?.text ?? "");
    const blocks = element("div", { class: "blocks" });
    node.setAttribute("aria-labelledby", title.id);
    node.replaceChildren(
      element(
        "form",
        { novalidate: true, on: { submit } },
        element("header", {}, title, closer(close)),
        blocks,
        element(
          "footer",
          {},
          button(view.close?.text ?? "Cancel", close, { class: "action" }),
          view.submit && element("button", { class: "action primary" }, view.submit.text),
        ),
      ),
    );
    showBlocks(blocks, view.blocks, { names, act, block: "" });
  }

  function problems(errors) {
    for (const place of node.querySelectorAll("[data-problem]")) {
      const text = errors?.[place.dataset.problem];
      place.hidden = !text;
      place.textContent = text ?? "";
    }
  }

  return {
    node,
    show(view) {
      if (!view) {
        shown = null;
        shut(node);
        return;
      }
      const isNew = view.id !== shown?.id;
      if (isNew || view.hash !== shown?.hash) fill(view);
      shown = view;
      problems(view.errors);
      if (!node.open) node.showModal();
      if (isNew) node.querySelector("[data-action]")?.focus();
    },
  };
}
