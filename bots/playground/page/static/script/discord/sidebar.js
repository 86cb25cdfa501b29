// The server's channels with their threads, and the direct message, as the person who is looking sees them.

import { avatar } from "../avatar.js";
import { button, element } from "../dom.js";
import { keyed } from "../keyed.js";

const SIGNS = { 0: "#", 2: "🔊", 5: "📣", 15: "💬", 10: "", 11: "", 12: "" };
const VOICE = 2;
const DIRECT = 1;

export function createSidebar({ store, picker, open }) {
  const list = element("ul", { class: "channels" });
  const heading = element("b");
  const home = button(avatar("Parley", { own: true }), () => open(direct()?.id), {
    class: "guild",
    "aria-label": "Direct messages",
    title: "Direct messages",
  });
  const guild = button("PP", () => open(first()?.id), { class: "guild", title: "Parley Playground" });
  let me = null;

  const direct = () => store.state.channels.find(({ type, recipient }) => type === DIRECT && recipient === me);
  const first = () => store.visible(me).find(({ type }) => type === 0);

  function rows(current) {
    if (store.parent(current)?.type === DIRECT) return [row(direct(), current)];
    const channels = store
      .visible(me)
      .filter(({ type }) => type !== DIRECT)
      .sort((a, b) => a.position - b.position);
    return channels.flatMap((channel) => [
      row(channel, current),
      ...threads(channel.id).map((thread) => row(thread, current)),
    ]);
  }

  function threads(parent) {
    return store.state.threads.filter(({ parent_id, archived }) => parent_id === parent && !archived);
  }

  function row({ id, name, type }, current) {
    return {
      id,
      name: type === DIRECT ? "Parley" : name,
      type,
      current: id === current,
      unread: store.unread.has(id),
      thread: store.isThread(id),
    };
  }

  function update(node, { id, name, type, current, unread, thread }) {
    const link = node.firstChild;
    const sign = type === DIRECT ? avatar("Parley", { own: true }) : element("i", {}, thread ? "╰" : SIGNS[type]);
    link.replaceChildren(sign, element("span", {}, name));
    link.className = `channel ${unread ? "unread" : ""} ${thread ? "in-channel" : ""}`;
    link.disabled = type === VOICE;
    link.setAttribute("aria-current", current ? "page" : "false");
    link.dataset.id = id;
  }

  return {
    rail: element("nav", { class: "rail", "aria-label": "Discord servers" }, home, element("hr"), guild),
    node: element(
      "nav",
      { class: "sidebar", "aria-label": "Discord channels" },
      element("header", { class: "workspace" }, heading, element("span", { class: "platform" }, "Discord")),
      element("div", { class: "lists" }, list),
      picker.node,
    ),
    direct,
    first,
    show(person, current) {
      me = person;
      const inDirect = store.parent(current)?.type === DIRECT;
      heading.textContent = inDirect ? "Direct messages" : store.state.guild.name;
      home.setAttribute("aria-current", String(inDirect));
      guild.setAttribute("aria-current", String(!inDirect));
      picker.show(
        store.people().map(({ id, nick, name }) => ({ id, name: nick || name })),
        me,
      );
      keyed(list, rows(current), {
        key: ({ id }) => id,
        create: ({ id }) =>
          element(
            "li",
            {},
            button("", () => open(id)),
          ),
        update,
      });
    },
  };
}
