// A list of messages with a composer below: a channel, or one thread of it.

import { avatar } from "../avatar.js";
import { createComposer } from "../composer.js";
import { element } from "../dom.js";
import { createIntro } from "../intro.js";
import { patch, post, remove } from "../http.js";
import { keyed } from "../keyed.js";
import { sticky } from "../sticky.js";
import { createMessage, grouped, updateMessage } from "./messages.js";
import { author } from "./names.js";

const BASE = "/slack";
const WHY = "why";
const IDEAS = ["@Parley hello", "@Parley write a long answer", "@Parley show code", "/parley persona create"];
const DIRECT_IDEAS = ["hello", "make a table", "who are you?"];
const COMMANDS = [{ label: "/parley", detail: "persona, prompt, help…", insert: "/parley" }];

export function createRoom({ store, names, person, place, toasts, openThread }) {
  const list = element("ol", { class: "messages", "aria-live": "off" });
  const intro = createIntro((text) => composer.start(text));
  const status = element("div", { class: "status", role: "status", "aria-live": "polite" });
  const composer = createComposer({ label: "Message", suggest, send });
  const scroll = sticky(list);
  const { trying } = toasts;
  const here = (item) => ({ user: person(), channel: place().channel, ts: item.ts });
  const query = (fields) => new URLSearchParams(fields);
  const context = {
    names,
    openThread,
    act(item, { action_id, block_id }, value) {
      trying(post(`${BASE}/control/actions`, { ...here(item), action_id, block_id, value }));
    },
    react(item, name, on) {
      const one = { ...here(item), name };
      trying(on ? post(`${BASE}/control/reactions`, one) : remove(`${BASE}/control/reactions?${query(one)}`));
    },
    why(item) {
      trying(post(`${BASE}/control/shortcuts`, { ...here(item), callback_id: WHY }));
    },
    edit(item) {
      const one = here(item);
      const save = (text) => trying(patch(`${BASE}/control/messages`, { ...one, text }));
      composer.enter("Editing your message", typed(item.text), save);
    },
    erase(item) {
      trying(remove(`${BASE}/control/messages?${query(here(item))}`));
    },
  };

  function typed(text) {
    return text
      .replace(/<@(\w+)>/g, (_, id) => `@${store.user(id)?.name ?? id}`)
      .replace(/<#\w+\|([^>]+)>/g, "#$1")
      .replace(/<(https?:[^|>]+)(\|[^>]*)?>/g, "$1")
      .replace(/&lt;/g, "<")
      .replace(/&gt;/g, ">")
      .replace(/&amp;/g, "&");
  }

  function suggest(text, caret) {
    const word = /(?:^|\s)([@#]\S*)$/.exec(text.slice(0, caret))?.[1]?.toLowerCase();
    if (/^\/\S*$/.test(text)) return COMMANDS.filter(({ label }) => label.startsWith(text.toLowerCase()));
    if (!word) return [];
    const found = word[0] === "@" ? people() : names.channels().map(({ label }) => ({ label, insert: label }));
    return found.filter(({ label }) => label.toLowerCase().startsWith(word));
  }

  function people() {
    return store.state.users.map((user) => ({
      label: `@${user.real_name || user.name}`,
      detail: user.is_bot ? "app" : "",
      insert: `@${user.real_name || user.name}`,
      picture: avatar(user.real_name || user.name, { own: user.id === store.state.me.user_id, bot: user.is_bot }),
    }));
  }

  async function send(text) {
    const { channel, thread } = place();
    const command = /^(\/\w\S*)\s*([\s\S]*)$/.exec(text);
    const sent = command
      ? post(`${BASE}/control/commands`, { user: person(), channel, command: command[1], text: command[2] })
      : post(`${BASE}/control/messages`, { user: person(), channel, text, ...(thread && { thread_ts: thread }) });
    return sent.then(
      () => scroll.toEnd(),
      (error) => {
        toasts.show(error.message);
        return false;
      },
    );
  }

  function described(message, earlier, { thread }) {
    const item = {
      ...message,
      author: author(store, message),
      me: person(),
      mine: message.user === person() && !message.bot_id,
      inThread: Boolean(thread),
      ephemeral: store.state.ephemerals.includes(message),
    };
    if (item.ephemeral) item.author = author(store, { ...message, user: store.state.me.user_id });
    item.compact = Boolean(grouped(earlier, item)) && !earlier.replies && message.thread_ts !== message.ts;
    item.toMe = message.text?.includes(`<@${person()}>`) ?? false;
    if (!thread && !item.ephemeral) item.replies = replies(message);
    return item;
  }

  function replies({ ts }) {
    const found = store.messages(place().channel).filter((one) => one.thread_ts === ts && one.ts !== ts);
    if (!found.length) return null;
    const authors = new Map(found.map((one) => [one.user ?? one.bot_id, author(store, one)]));
    return { count: found.length, authors: [...authors.values()].slice(0, 4) };
  }

  return {
    node: element("div", { class: "room" }, intro.node, list, status, composer.node),
    composer,
    scroll,
    show(messages, working, where) {
      const items = [];
      for (const message of messages) items.push(described(message, items.at(-1), where));
      for (const item of items) item.status = where.thread ? "" : (working.get(item.ts) ?? "");
      intro.show(where.label ?? "", where.direct ? DIRECT_IDEAS : IDEAS, items.length === 0);
      keyed(list, items, {
        key: ({ ts }) => ts,
        create: createMessage,
        update: (node, item) => updateMessage(node, item, context),
      });
      const busy = where.thread ? working.get(where.thread) : "";
      status.textContent = busy ?? "";
    },
  };
}
