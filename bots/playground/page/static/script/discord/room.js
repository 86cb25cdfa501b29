// The open channel or thread: its messages, who is typing, and the composer with its slash commands.

import { avatar } from "../avatar.js";
import { createComposer } from "../composer.js";
import { element } from "../dom.js";
import { createIntro } from "../intro.js";
import { patch, post, remove } from "../http.js";
import { keyed } from "../keyed.js";
import { sticky } from "../sticky.js";
import { createCommandForm, flattened } from "./commands.js";
import { createDescriber } from "./described.js";
import { createMessage, updateMessage } from "./messages.js";

const BASE = "/discord";
const DIRECT = 1;
const FORUM = 15;
const WHY = "Why this answer?";
const NAME_LENGTH = 60;
const IDEAS = ["@Parley hello", "@Parley write a long answer", "/ask", "/persona create"];
const DIRECT_IDEAS = ["hello", "make a table", "who are you?"];

export function createRoom({ store, names, person, place, toasts, open }) {
  const list = element("ol", { class: "messages", "aria-live": "off" });
  const intro = createIntro((text) => composer.start(text));
  const typing = element("div", { class: "status", role: "status", "aria-live": "polite" });
  const composer = createComposer({ label: "Message", suggest, send, onChoose });
  const form = createCommandForm({ names, person, channel: place, toasts, onDone });
  const scroll = sticky(list);
  const dismissed = new Set();
  const { trying } = toasts;
  const describer = createDescriber({ store, names, person });
  const { mark } = describer;
  const context = {
    names,
    open,
    mark,
    act: (item, made, values) => interact(item, made, values),
    react(item, emoji) {
      trying(post(`${BASE}/control/messages/${item.id}/reactions`, { user: person(), emoji }));
    },
    reply(item) {
      const say = (content) => speak({ content, reply_to: item.id });
      composer.enter(`Replying to ${item.author.name}`, null, say);
    },
    why(item) {
      const chosen = { user: person(), channel: item.channel, command: WHY, target: item.id };
      trying(post(`${BASE}/control/commands`, chosen));
    },
    edit(item) {
      const save = (content) => trying(patch(`${BASE}/control/messages/${item.id}`, { user: person(), content }));
      composer.enter("Editing your message", typed(item.content), save);
    },
    erase(item) {
      trying(remove(`${BASE}/control/messages/${item.id}`, { user: person() }));
    },
    dismiss(item) {
      dismissed.add(item.id);
      show();
    },
    startThread(item) {
      trying(openThread({ channel: item.channel, message: item.id, name: short(item.content) }));
    },
    jump: (id) => list.querySelector(`[data-id="${id}"]`)?.scrollIntoView({ block: "center", behavior: "smooth" }),
  };

  function interact(item, made, values) {
    const body = { user: person(), message: item.id, custom_id: made.custom_id, ...(values && { values }) };
    return trying(post(`${BASE}/control/components`, body));
  }

  async function openThread(fields) {
    const { id } = await post(`${BASE}/control/threads`, { user: person(), ...fields });
    open(id);
  }

  function short(content) {
    return typed(content).replace(/\s+/g, " ").trim().slice(0, NAME_LENGTH) || "New thread";
  }

  function typed(content) {
    return content
      .replace(/<@!?(\d+)>/g, (_, id) => `@${names.person(id) ?? id}`)
      .replace(/<#(\d+)>/g, (_, id) => `#${store.place(id)?.name ?? id}`);
  }

  function suggest(text, caret) {
    if (/^\/[\w -]*$/.test(text)) return commands(text.toLowerCase());
    const word = /(?:^|\s)([@#]\S*)$/.exec(text.slice(0, caret))?.[1]?.toLowerCase();
    if (!word) return [];
    const found = word[0] === "@" ? mentionable() : names.channels().map(({ label }) => ({ label, insert: label }));
    return found.filter(({ label }) => label.toLowerCase().startsWith(word));
  }

  function commands(start) {
    return flattened(store.state.commands).filter(({ label }) => label.startsWith(start));
  }

  function mentionable() {
    const people = store.state.members.map((member) => {
      const name = names.person(member.id);
      return {
        label: `@${name}`,
        detail: member.bot ? "app" : "",
        insert: `@${name}`,
        picture: avatar(name, mark(member)),
      };
    });
    const roles = names
      .roles()
      .filter(({ label }) => label !== "@everyone")
      .map(({ label }) => ({ label, detail: "role", insert: label }));
    return [...people, ...roles];
  }

  function onChoose(entry) {
    if (!entry.command) return false;
    composer.start("");
    composer.node.hidden = true;
    form.open(entry);
    return true;
  }

  function onDone() {
    composer.node.hidden = false;
    composer.focus();
    scroll.toEnd();
  }

  function send(text) {
    const entry = text.startsWith("/") && flattened(store.state.commands).find(({ label }) => label === text.trim());
    if (entry) return onChoose(entry);
    if (store.place(place()).type !== FORUM) return speak({ content: text });
    return outcome(openThread({ channel: place(), name: short(text), content: text }));
  }

  function speak(message) {
    return outcome(post(`${BASE}/control/messages`, { user: person(), channel: place(), ...message }));
  }

  function outcome(sent) {
    return sent.then(
      () => scroll.toEnd(),
      (error) => {
        toasts.show(error.message);
        return false;
      },
    );
  }

  function show() {
    const here = store.place(place());
    const items = here.type === FORUM ? describer.posts(here.id) : describer.messages(here.id, dismissed);
    const direct = here.type === DIRECT;
    intro.show(direct ? "Parley" : `# ${here.name}`, direct ? DIRECT_IDEAS : IDEAS, items.length === 0);
    keyed(list, items, {
      key: ({ id }) => id,
      create: createMessage,
      update: (node, item) => updateMessage(node, item, context),
    });
    typing.textContent = typists(here.id);
  }

  function typists(here) {
    const found = store.typists(here).filter((id) => id !== person());
    const verb = found.length > 1 ? "are" : "is";
    return found.length ? `${found.map(names.person).join(", ")} ${verb} typing…` : "";
  }

  const node = element("div", { class: "room" }, intro.node, list, typing, form.node, composer.node);
  return { node, composer, scroll, show };
}
