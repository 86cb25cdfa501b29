// The Discord half of the page.

import { avatar } from "../avatar.js";
import { element } from "../dom.js";
import { follow } from "../feed.js";
import { keyed } from "../keyed.js";
import { remembered } from "../memory.js";
import { appTag } from "../pieces.js";
import { createPersonPicker } from "../person.js";
import { createPersonaControl } from "../persona.js";
import { soon } from "../soon.js";
import { createToasts } from "../toasts.js";
import { createModals } from "./modals.js";
import { createNames } from "./names.js";
import { createRoom } from "./room.js";
import { createSidebar } from "./sidebar.js";
import { createStore } from "./store.js";

const DIRECT = 1;
const TYPING_CHECK_MS = 1000;

export function createDiscordPane(root) {
  const store = createStore();
  const at = remembered("discord", { person: null, place: null });
  const person = () => at.value.person;
  const names = createNames(store, person);
  const toasts = createToasts();
  const modals = createModals({ names, person });
  const open = (place) => place && go({ place }, true);
  const picker = createPersonPicker("Discord", (id) => go({ person: id, place: allowed(id) }));
  const persona = createPersonaControl({ platform: "discord", toasts });
  const sidebar = createSidebar({ store, picker, open });
  const room = createRoom({ store, names, person, place: () => at.value.place, toasts, open });
  const title = element("h2");
  const topic = element("span", { class: "topic" });
  const members = element("ul");
  const connection = element("p", { class: "connection", hidden: true }, "Connecting…");
  const main = element("main", {}, element("header", {}, title, topic, persona.node), connection, room.node);
  const aside = element("aside", { class: "members", "aria-label": "Members" }, element("h3", {}, "Members"), members);
  root.append(sidebar.rail, sidebar.node, main, aside, toasts.node, modals.node, persona.dialog);

  function allowed(id) {
    const parent = store.parent(at.value.place);
    if (parent?.type === DIRECT)
      return store.state.channels.find(({ type, recipient }) => type === DIRECT && recipient === id)?.id;
    return parent?.visible_to.includes(id) ? at.value.place : store.visible(id)[0].id;
  }

  function go(change, focus) {
    Object.assign(at.value, change);
    at.save();
    store.unread.delete(at.value.place);
    show();
    room.scroll.toEnd();
    if (focus) room.composer.focus();
  }

  function show() {
    if (!store.state) return;
    const here = store.place(at.value.place);
    const label = here.type === DIRECT ? "@Parley" : here.name;
    const parent = store.parent(here.id);
    sidebar.show(person(), here.id);
    persona.show(speaksIn(parent));
    title.replaceChildren(element("i", {}, here.type === DIRECT ? "" : store.isThread(here.id) ? "🧵 " : "# "), label);
    topic.textContent = store.isThread(here.id) ? `in #${parent.name}` : (here.topic ?? "");
    room.composer.placeholder(
      here.type === 15 ? `New post in #${label}` : `Message ${here.type === DIRECT ? "" : "#"}${label}`,
      canWrite(parent),
    );
    room.show();
    keyed(
      members,
      store.state.members.map((one) => ({ id: one.id, name: names.person(one.id), bot: one.bot })),
      {
        key: ({ id }) => id,
        create: () => element("li"),
        update: (node, one) =>
          node.replaceChildren(
            avatar(one.name, { own: one.id === store.state.me.id, bot: one.bot }),
            element("span", {}, one.name),
            appTag(one),
          ),
      },
    );
    modals.show(store.modals(person()).at(-1));
  }

  function speaksIn({ id, name, type }) {
    if (type === DIRECT) return { workspace: `dm:${person()}`, channel: id, channel_name: "" };
    return { workspace: store.state.guild.id, channel: id, channel_name: name };
  }

  function canWrite(parent) {
    return !parent?.can_send || parent.can_send.includes(person());
  }

  const showSoon = soon(show);

  function onState(state) {
    store.load(state);
    if (!store.member(at.value.person)) at.value.person = store.people()[0].id;
    if (!store.place(at.value.place)) at.value.place = store.visible(at.value.person)[0].id;
    show();
  }

  function onEvent(event) {
    store.apply(event);
    const { interaction, message } = event;
    if (interaction?.state === "failed" && interaction.user === person())
      toasts.show(interaction.error ?? "This interaction failed");
    if (event.event === "message_created" && message.channel !== at.value.place) store.unread.add(message.channel);
    if (event.event === "thread_deleted" && event.id === at.value.place) at.value.place = store.visible(person())[0].id;
    showSoon();
  }

  follow("/discord", { onState, onEvent, onConnection: (isOpen) => (connection.hidden = isOpen) });
  setInterval(() => store.state?.typing.length && showSoon(), TYPING_CHECK_MS);
}
