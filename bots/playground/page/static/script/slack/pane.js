// The Slack half of the page.

import { element } from "../dom.js";
import { follow } from "../feed.js";
import { remembered } from "../memory.js";
import { closer } from "../pieces.js";
import { createPersonPicker } from "../person.js";
import { createPersonaControl } from "../persona.js";
import { soon } from "../soon.js";
import { createToasts } from "../toasts.js";
import { createNames } from "./names.js";
import { createRoom } from "./room.js";
import { createSidebar } from "./sidebar.js";
import { createStore } from "./store.js";
import { createModals } from "./views.js";

export function createSlackPane(root) {
  const store = createStore();
  const at = remembered("slack", { person: null, channel: null, thread: null });
  const person = () => at.value.person;
  const names = createNames(store, person);
  const toasts = createToasts();
  const modals = createModals({ names, person, toasts });
  const picker = createPersonPicker("Slack", (id) => go({ person: id, ...allowed(id) }));
  const persona = createPersonaControl({ platform: "slack", toasts });
  const sidebar = createSidebar({ store, picker, open: (channel) => go({ channel, thread: null }, "channel") });
  const openThread = (thread) => go({ thread }, "thread");
  const common = { store, names, person, toasts, openThread };
  const channelRoom = createRoom({ ...common, place: () => ({ channel: at.value.channel }) });
  const threadRoom = createRoom({ ...common, place: () => ({ channel: at.value.channel, thread: at.value.thread }) });
  const title = element("h2");
  const topic = element("span", { class: "topic" });
  const connection = element("p", { class: "connection", hidden: true }, "Connecting…");
  const threadPlace = element("span", { class: "topic" });
  const thread = element(
    "aside",
    { class: "thread", "aria-label": "Thread", hidden: true },
    element(
      "header",
      {},
      element("h2", {}, "Thread"),
      threadPlace,
      closer(() => go({ thread: null }, "channel"), "Close thread"),
    ),
    threadRoom.node,
  );
  const main = element("main", {}, element("header", {}, title, topic, persona.node), connection, channelRoom.node);
  root.append(sidebar.node, main, thread, toasts.node, modals.node, persona.dialog);

  function allowed(id) {
    const channel = store.channel(at.value.channel);
    if (channel?.members.includes(id)) return {};
    const own = store.state.channels.find(({ kind, members }) => kind === channel?.kind && members.includes(id));
    return { channel: own?.id ?? store.state.channels[0].id, thread: null };
  }

  function go(change, focus) {
    Object.assign(at.value, change);
    at.save();
    store.unread.delete(at.value.channel);
    show();
    const room = { channel: channelRoom, thread: threadRoom }[focus];
    room?.scroll.toEnd();
    room?.composer.focus();
  }

  function seen(kind) {
    const { channel, thread: open } = at.value;
    const ephemerals = store.state.ephemerals.filter((one) => one.user === person() && one.channel === channel);
    const all = [...store.messages(channel), ...ephemerals].sort((a, b) => Number(a.ts) - Number(b.ts));
    const isReply = ({ thread_ts, ts }) => thread_ts && thread_ts !== ts;
    if (kind === "thread") return all.filter((one) => one.ts === open || one.thread_ts === open);
    return all.filter((one) => !isReply(one) || one.subtype === "thread_broadcast");
  }

  function working() {
    const { channel } = at.value;
    const busy = store.state.threads.filter(
      (one) => one.channel === channel && (one.status || one.session_status === "processing"),
    );
    return new Map(busy.map((one) => [one.thread_ts, `Parley ${one.status || "is working…"}`]));
  }

  function show() {
    if (!store.state) return;
    const { channel, thread: open } = at.value;
    const here = store.channel(channel);
    const label = here.kind === "im" ? "Parley" : `# ${here.name}`;
    sidebar.show(person(), channel);
    persona.show({ workspace: store.state.team.id, channel, channel_name: here.kind === "im" ? "" : here.name });
    title.textContent = label;
    topic.textContent = here.topic ?? "";
    threadPlace.textContent = label;
    thread.hidden = !open;
    root.classList.toggle("with-thread", Boolean(open));
    channelRoom.composer.placeholder(`Message ${label.replace("# ", "#")}`);
    threadRoom.composer.placeholder("Reply…");
    channelRoom.show(seen("channel"), working(), { label, direct: here.kind === "im" });
    if (open) threadRoom.show(seen("thread"), working(), { thread: open });
    modals.show(store.views(person()).at(-1));
  }

  const showSoon = soon(show);

  function onState(state) {
    store.load(state);
    if (!store.user(at.value.person)) at.value.person = store.people()[0].id;
    if (!store.channel(at.value.channel)) Object.assign(at.value, { channel: state.channels[0].id, thread: null });
    if (!store.message(at.value.channel, at.value.thread)) at.value.thread = null;
    show();
  }

  function onEvent(event) {
    store.apply(event);
    if (event.type === "error" && event.user === person()) toasts.show(event.text ?? event.error);
    if (event.type === "message" && event.channel !== at.value.channel) store.unread.add(event.channel);
    if (event.type !== "delivery") showSoon();
  }

  follow("/slack", { onState, onEvent, onConnection: (open) => (connection.hidden = open) });
}
