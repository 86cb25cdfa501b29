// The workspace's channels and direct messages, as the person who is looking sees them.

import { avatar } from "../avatar.js";
import { button, element } from "../dom.js";
import { keyed } from "../keyed.js";

export function createSidebar({ store, picker, open }) {
  const channels = element("ul", { class: "channels" });
  const directs = element("ul", { class: "channels" });
  const name = element("b");
  const node = element(
    "nav",
    { class: "sidebar", "aria-label": "Slack channels" },
    element("header", { class: "workspace" }, name, element("span", { class: "platform" }, "Slack")),
    element(
      "div",
      { class: "lists" },
      element("h3", {}, "Channels"),
      channels,
      element("h3", {}, "Direct messages"),
      directs,
    ),
    picker.node,
  );

  function rows(list, kinds, me, current) {
    const items = store.state.channels
      .filter(({ kind, members }) => kinds.includes(kind) && members.includes(me))
      .map(({ id, name: title, kind }) => ({ id, title, kind, current: id === current, unread: store.unread.has(id) }));
    keyed(list, items, {
      key: ({ id }) => id,
      create: ({ id }) =>
        element(
          "li",
          {},
          button("", () => open(id), { class: "channel" }),
        ),
      update: (row, item) => {
        const link = row.firstChild;
        link.replaceChildren(...label(item));
        link.classList.toggle("unread", item.unread);
        link.setAttribute("aria-current", item.current ? "page" : "false");
      },
    });
  }

  function label({ kind, title }) {
    if (kind === "im") return [avatar("Parley", { own: true }), element("span", {}, "Parley")];
    return [element("i", {}, kind === "group" ? "🔒" : "#"), element("span", {}, title)];
  }

  return {
    node,
    show(me, current) {
      name.textContent = store.state.team.name;
      picker.show(
        store.people().map((user) => ({ id: user.id, name: user.real_name || user.name })),
        me,
      );
      rows(channels, ["channel", "group"], me, current);
      rows(directs, ["im"], me, current);
    },
  };
}
