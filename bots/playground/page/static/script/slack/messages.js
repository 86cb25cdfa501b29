// One message as Slack shows it.

import { avatar } from "../avatar.js";
import { button, element } from "../dom.js";
import { appTag, classes, editCount, reactionButton, stamp, tool } from "../pieces.js";
import { rich } from "../rich.js";
import { showBlocks } from "./blocks.js";

const REACTIONS = { "+1": "👍", "-1": "👎", eyes: "👀", heart: "❤️", white_check_mark: "✅", tada: "🎉", x: "❌" };
const GROUP_S = 300;

export function createMessage() {
  const parts = {
    picture: element("div", { class: "picture" }),
    head: element("div", { class: "head" }),
    text: element("div", { class: "text" }),
    mark: element("span", { class: "edited" }),
    blocks: element("div", { class: "blocks" }),
    extras: element("div", { class: "extras" }),
    tools: element("div", { class: "tools", role: "group", "aria-label": "Message actions" }),
  };
  const node = element(
    "li",
    { class: "message" },
    parts.picture,
    element("div", { class: "body" }, parts.head, parts.text, parts.mark, parts.blocks, parts.extras),
    parts.tools,
  );
  node.parts = parts;
  return node;
}

export function updateMessage(node, item, context) {
  const { picture, head, text, blocks, extras, tools } = node.parts;
  const date = new Date(Number(item.ts) * 1000);
  node.dataset.ts = item.ts;
  node.className = classes("message", { compact: item.compact, ephemeral: item.ephemeral, "to-me": item.toMe });
  if (item.compact) {
    picture.replaceChildren(stamp(date));
    head.replaceChildren();
  } else {
    picture.replaceChildren(avatar(item.author.name, item.author));
    const name = element("b", { class: "author" }, item.author.name);
    head.replaceChildren(name, appTag(item.author), stamp(date));
  }
  head.append(editCount(item.edits));
  showText(text, blocks, item, context);
  node.parts.mark.textContent = item.edited ? "(edited)" : "";
  extras.replaceChildren(...extraParts(item, context).filter(Boolean));
  tools.replaceChildren(...toolButtons(item, context));
}

export function grouped(earlier, item) {
  return (
    earlier &&
    !earlier.ephemeral === !item.ephemeral &&
    earlier.author.id === item.author.id &&
    earlier.author.name === item.author.name &&
    Number(item.ts) - Number(earlier.ts) < GROUP_S
  );
}

function showText(text, blocks, item, context) {
  const shown = (item.blocks ?? []).filter((block) => block.type !== "rich_text");
  blocks.hidden = shown.length === 0;
  text.hidden = shown.length > 0 || !item.text;
  if (shown.length) {
    showBlocks(blocks, shown, {
      names: context.names,
      act: (element_, value) => context.act(item, element_, value),
    });
  } else {
    showBlocks(blocks, [], {});
    rich(text, "mrkdwn", item.text ?? "", context.names);
  }
}

function extraParts(item, context) {
  return [
    item.ephemeral && element("p", { class: "only-you" }, "👁 Only visible to you"),
    ...(item.files ?? []).map((file) => element("span", { class: "file" }, `📎 ${file.name}`)),
    ...(item.attachments ?? []).map((one) =>
      element("div", { class: "attachment" }, one.title ?? one.text ?? one.fallback ?? ""),
    ),
    item.reactions?.length &&
      element(
        "div",
        { class: "reactions" },
        item.reactions.map((one) => reaction(item, one, context)),
      ),
    item.replies && replySummary(item, context),
    item.status && element("p", { class: "thinking" }, item.status),
  ];
}

function reaction(item, { name, users }, context) {
  const shown = REACTIONS[name] ?? `:${name}:`;
  const toggle = () => context.react(item, name, !users.includes(item.me));
  return reactionButton(shown, users, item.me, context.names, toggle);
}

function replySummary(item, context) {
  const faces = item.replies.authors.map((one) => avatar(one.name, one));
  const label = item.replies.count === 1 ? "1 reply" : `${item.replies.count} replies`;
  const inside = element("span", {}, faces, element("b", {}, label), element("i", {}, "View thread"));
  return button(inside, () => context.openThread(item.ts), { class: "replies" });
}

function toolButtons(item, context) {
  if (item.ephemeral) return [];
  return [
    tool("👍", "React with thumbs up", () => context.react(item, "+1", true)),
    !item.inThread && tool("💬", "Reply in thread", () => context.openThread(item.ts)),
    item.author.own && tool("❔", "Why this answer?", () => context.why(item)),
    item.mine && tool("✏️", "Edit message", () => context.edit(item)),
    item.mine && tool("🗑", "Delete message", () => context.erase(item)),
  ].filter(Boolean);
}
