// One message as Discord shows it.

import { avatar } from "../avatar.js";
import { button, element } from "../dom.js";
import { appTag, classes, editCount, reactionButton, stamp, tool } from "../pieces.js";
import { rich } from "../rich.js";
import { count } from "../times.js";
import { makeComponent } from "./components.js";

const REPLY = 19;
const THREAD_STARTER = 21;
const MENU_REPLY = 23;
const GROUP_MS = 420_000;
const SYSTEM = { 7: "joined the server.", 18: "started a thread:", 6: "pinned a message." };
const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}\uFE0F?\s*){1,6}$/u;

export function createMessage() {
  const parts = {
    above: element("div", { class: "above" }),
    picture: element("div", { class: "picture" }),
    head: element("div", { class: "head" }),
    text: element("div", { class: "text" }),
    mark: element("span", { class: "edited" }),
    embeds: element("div", { class: "embeds" }),
    files: element("div", { class: "files" }),
    components: element("div", { class: "components" }),
    extras: element("div", { class: "extras" }),
    tools: element("div", { class: "tools", role: "group", "aria-label": "Message actions" }),
  };
  const { above, picture, head, text, mark, embeds, files, components, extras, tools } = parts;
  const node = element(
    "li",
    { class: "message" },
    above,
    picture,
    element("div", { class: "body" }, head, text, mark, files, embeds, components, extras),
    tools,
  );
  node.parts = parts;
  node.prints = {};
  return node;
}

export function updateMessage(node, item, context) {
  const { above, picture, head, text, embeds, files, components, extras, tools } = node.parts;
  const date = new Date(item.created_at);
  node.dataset.id = item.id;
  above.replaceChildren(...aboveParts(item, context));
  node.className = classes("message", {
    compact: item.compact,
    ephemeral: item.ephemeral_for,
    "to-me": item.toMe,
    "with-above": above.childElementCount > 0,
  });
  if (item.compact) {
    picture.replaceChildren(stamp(date));
    head.replaceChildren();
  } else {
    picture.replaceChildren(avatar(item.author.name, item.author));
    const name = element("b", { class: "author" }, item.author.name);
    head.replaceChildren(name, appTag(item.author), stamp(date));
  }
  head.append(editCount(item.edits));
  showText(text, item, context);
  node.parts.mark.textContent = item.edited_at && !item.loading ? "(edited)" : "";
  only(node, "embeds", item.embeds, () => embeds.replaceChildren(...item.embeds.map((one) => embed(one, context))));
  only(node, "files", item.attachments, () => files.replaceChildren(...item.attachments.map(file)));
  const inside = { names: context.names, act: (made, values) => context.act(item, made, values) };
  only(node, "components", item.components, () =>
    components.replaceChildren(...item.components.map((one) => makeComponent(one, inside))),
  );
  extras.replaceChildren(...extraParts(item, context).filter(Boolean));
  tools.replaceChildren(...toolButtons(item, context));
}

export function grouped(earlier, item) {
  return (
    earlier &&
    item.type === 0 &&
    earlier.type !== 7 &&
    !item.referenced &&
    earlier.ephemeral_for === item.ephemeral_for &&
    earlier.author.id === item.author.id &&
    earlier.author.name === item.author.name &&
    new Date(item.created_at) - new Date(earlier.created_at) < GROUP_MS
  );
}

function only(node, name, value, draw) {
  const print = JSON.stringify(value);
  if (node.prints[name] === print) return;
  node.prints[name] = print;
  draw();
}

function showText(text, item, context) {
  text.classList.toggle("loading", item.loading);
  text.classList.toggle("large", ONLY_EMOJI.test(item.content));
  const shown = words(item);
  text.hidden = !shown;
  rich(text, "discord", shown, context.names);
}

function words(item) {
  if (item.loading) return `${item.author.name} is thinking…`;
  if (SYSTEM[item.type]) return `${item.author.name} ${SYSTEM[item.type]} ${item.content}`;
  return item.content;
}

function aboveParts(item, context) {
  if (item.interaction?.name) return [usedCommand(item, context)];
  if (item.reference?.type !== 0 || ![REPLY, THREAD_STARTER].includes(item.type)) return [];
  if (!item.referenced) return [element("i", {}, "Original message was deleted")];
  const { author, content } = item.referenced;
  const quote = rich(
    element("span", { class: "quote" }),
    "discord",
    content.replaceAll("\n", " ") || "Click to see",
    context.names,
  );
  const face = avatar(author.name, context.mark(author));
  const inside = element("span", {}, face, element("b", {}, author.name), quote);
  return [button(inside, () => context.jump(item.reference.message_id), { class: "reference" })];
}

function usedCommand({ interaction, type }, { names }) {
  const person = names.person(interaction.user) ?? "Somebody";
  const command = type === MENU_REPLY ? interaction.name : `/${interaction.name}`;
  return element("span", {}, avatar(person), element("b", {}, person), " used ", element("code", {}, command));
}

function embed(one, { names }) {
  const node = element(
    "article",
    { class: "embed" },
    one.author?.name && element("small", {}, one.author.name),
    one.title && element("h4", {}, one.title),
    one.description && rich(element("div"), "discord", one.description, names),
    one.fields?.length &&
      element(
        "dl",
        {},
        one.fields.map((field) => embedField(field, names)),
      ),
    one.footer?.text && element("small", {}, one.footer.text),
  );
  if (one.color) node.style.borderLeftColor = `#${one.color.toString(16).padStart(6, "0")}`;
  return node;
}

function file({ filename, url }) {
  return element("a", { class: "file", href: url, target: "_blank" }, `📎 ${filename}`);
}

function embedField({ name, value }, names) {
  return element("div", {}, element("dt", {}, name), rich(element("dd"), "discord", value, names));
}

function extraParts(item, context) {
  return [
    ...item.forwarded.map((one) => element("blockquote", {}, `Forwarded: ${one.content}`)),
    item.ephemeral_for && onlyYou(item, context),
    item.reactions.length &&
      element(
        "div",
        { class: "reactions" },
        item.reactions.map((one) => reaction(item, one, context)),
      ),
    item.startedThread && threadLink(item.startedThread, context),
  ];
}

function onlyYou(item, context) {
  const dismiss = button("Dismiss message", () => context.dismiss(item), { class: "text" });
  return element("p", { class: "only-you" }, "👁 Only you can see this · ", dismiss);
}

function reaction(item, { emoji, users }, context) {
  return reactionButton(emoji, users, item.me, context.names, () => context.react(item, emoji));
}

function threadLink(thread, context) {
  const size = element("i", {}, count(thread.message_count, "message"));
  const inside = element("span", {}, element("b", {}, thread.name), size, " ›");
  return button(inside, () => context.open(thread.id), { class: "thread-link" });
}

function toolButtons(item, context) {
  if (item.ephemeral_for || item.loading) return [];
  return [
    tool("👍", "React with thumbs up", () => context.react(item, "👍")),
    tool("↩", "Reply", () => context.reply(item)),
    item.canThread && tool("🧵", "Create thread", () => context.startThread(item)),
    item.author.own && tool("❔", "Why this answer?", () => context.why(item)),
    item.mine && tool("✏️", "Edit message", () => context.edit(item)),
    item.mine && tool("🗑", "Delete message", () => context.erase(item)),
  ].filter(Boolean);
}
