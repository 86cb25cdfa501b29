// What a message needs to be shown to one person: names, whose it is, and the thread that hangs on it.

import { grouped } from "./messages.js";

const THREAD_STARTER = 21;
const EMPTY = { content: "", embeds: [], components: [], attachments: [], forwarded: [], reactions: [], pings: [] };

export function createDescriber({ store, names, person }) {
  const mark = (author) => ({ own: author.id === store.state.me.id, bot: author.bot });

  function nameOf(author) {
    return author.webhook ? author.name : (names.person(author.id) ?? author.name);
  }

  function described(message, earlier) {
    const thread = store.state.threads.find(({ starter_id }) => starter_id === message.id);
    const item = {
      ...message,
      author: { ...message.author, ...mark(message.author), name: nameOf(message.author) },
      me: person(),
      mine: message.author.id === person(),
      toMe: message.pings.includes(person()),
      canThread: !thread && store.place(message.channel)?.type === 0,
      startedThread: thread && { id: thread.id, name: thread.name, message_count: thread.message_count },
    };
    item.compact = Boolean(grouped(earlier, item));
    return item;
  }

  function standing(message) {
    if (message.type !== THREAD_STARTER || !message.reference) return message;
    const { channel_id: from, message_id: id } = message.reference;
    const original = store.messages(from).find((one) => one.id === id);
    return original ? { ...original, id: message.id, channel: message.channel, reactions: [] } : message;
  }

  function post(thread) {
    const author = { id: thread.owner_id, name: "Somebody", bot: false };
    const empty = { ...EMPTY, type: 0, channel: thread.parent_id, author, created_at: thread.created_at };
    const first = store.messages(thread.id)[0] ?? empty;
    return { ...described({ ...first, id: thread.id }, null), canThread: false, startedThread: thread };
  }

  return {
    mark,
    messages(channel, dismissed) {
      const items = [];
      for (const message of store.messages(channel)) {
        const hidden = message.ephemeral_for && message.ephemeral_for !== person();
        if (!hidden && !dismissed.has(message.id)) items.push(described(standing(message), items.at(-1)));
      }
      return items;
    },
    posts: (forum) => store.state.threads.filter(({ parent_id }) => parent_id === forum).map(post),
  };
}
