// Block Kit's blocks (https://docs.slack.dev/reference/block-kit/blocks). Text grows in its own node, so nothing flickers.

import { element } from "../dom.js";
import { keyed } from "../keyed.js";
import { rich } from "../rich.js";
import { makeElement } from "./elements.js";

export function showBlocks(container, blocks, context) {
  const items = blocks.map((block, index) => ({ ...block, id: `${index}-${block.type}-${block.block_id ?? ""}` }));
  keyed(container, items, {
    key: (block) => block.id,
    create: (block) => element("div", { class: `block ${block.type}` }),
    update: (node, block) => (MAKERS[block.type] ?? unknown)(node, block, { ...context, block: block.block_id }),
  });
}

const MAKERS = {
  markdown: (node, block, { names }) => rich(node, "slack_markdown", block.text, names),
  section: (node, block, context) => {
    if (!block.fields && !block.accessory) return text(node, block.text, context);
    node.replaceChildren(
      element(
        "div",
        { class: "words" },
        block.text && text(element("div"), block.text, context),
        (block.fields ?? []).map((field) => text(element("div", { class: "field" }), field, context)),
      ),
    );
    if (block.accessory) node.append(makeElement(block.accessory, context));
    return node;
  },
  header: (node, block) => node.replaceChildren(element("h4", {}, block.text.text)),
  divider: (node) => node.replaceChildren(element("hr")),
  context: (node, block, context) =>
    node.replaceChildren(
      ...block.elements.map((item) =>
        item.type === "image" ? makeElement(item, context) : text(element("span"), item, context),
      ),
    ),
  actions: (node, block, context) => node.replaceChildren(...block.elements.map((item) => makeElement(item, context))),
  context_actions: (node, block, context) =>
    node.replaceChildren(...block.elements.map((item) => makeElement(item, context))),
  input: (node, block, context) => {
    const label = block.label.text;
    const inside = { ...context, label, optional: block.optional, live: block.dispatch_action };
    if (!block.dispatch_action) inside.act = () => {};
    node.replaceChildren(
      element("span", { class: "label" }, label, block.optional && element("i", {}, " (optional)")),
      makeElement(block.element, inside),
      element("p", { class: "problem", role: "alert", "data-problem": block.block_id, hidden: true }),
      block.hint ? element("small", {}, block.hint.text) : "",
    );
  },
  image: (node, block) => node.replaceChildren(element("span", { class: "picture-text" }, `🖼 ${block.alt_text}`)),
  table: (node, block, context) =>
    node.replaceChildren(
      element(
        "table",
        {},
        block.rows.map((row) =>
          element(
            "tr",
            {},
            row.map((cell) => element("td", {}, cellText(cell, context))),
          ),
        ),
      ),
    ),
  rich_text: (node, block) => node.replaceChildren(plainText(block)),
};

function unknown(node, block) {
  node.replaceChildren(element("span", { class: "unknown" }, `[${block.type}]`));
}

function text(node, object, { names }) {
  if (object.type === "mrkdwn") return rich(node, "mrkdwn", object.text, names);
  node.textContent = object.text;
  return node;
}

function cellText(cell) {
  return cell.text ?? plainText(cell);
}

function plainText(block) {
  if (block.text !== undefined && typeof block.text === "string") return block.text;
  return (block.elements ?? []).map(plainText).join("");
}
