// The state of the local Slack as the page knows it, kept up to date by events.

export function createStore() {
  return {
    state: null,
    unread: new Set(),
    errors: new Map(),

    load(state) {
      this.state = state;
    },

    user(id) {
      return this.state.users.find((user) => user.id === id);
    },

    channel(id) {
      return this.state.channels.find((channel) => channel.id === id);
    },

    people() {
      return this.state.users.filter((user) => !user.is_bot);
    },

    messages(channel) {
      return this.state.messages[channel] ?? [];
    },

    message(channel, ts) {
      return this.messages(channel).find((message) => message.ts === ts);
    },

    thread(channel, ts) {
      return this.state.threads.find((thread) => thread.channel === channel && thread.thread_ts === ts);
    },

    views(user) {
      return this.state.views[user] ?? [];
    },

    apply(event) {
      changes[event.type]?.(this, event);
    },
  };
}

const changes = {
  message: (store, { channel, message }) => {
    const list = (store.state.messages[channel] ??= []);
    if (!store.message(channel, message.ts)) list.push(message);
  },
  message_changed: (store, { channel, message }) => replace(store.messages(channel), message, "ts"),
  message_deleted: (store, { channel, ts }) => drop(store.messages(channel), (message) => message.ts === ts),
  ephemeral: (store, { message }) => store.state.ephemerals.push(message),
  ephemeral_changed: (store, { message }) => replace(store.state.ephemerals, message, "ts"),
  ephemeral_deleted: (store, { ts }) => drop(store.state.ephemerals, (message) => message.ts === ts),
  status: (store, { channel, thread_ts, status, loading_messages }) =>
    Object.assign(known(store, channel, thread_ts), { status, loading_messages }),
  session: (store, { channel, thread_ts, status }) =>
    Object.assign(known(store, channel, thread_ts), { session_status: status }),
  title: (store, { channel, thread_ts, title }) => Object.assign(known(store, channel, thread_ts), { title }),
  view_opened: (store, { user, view }) => (store.state.views[user] ??= []).push(view),
  view_updated: (store, { user, view }) => replace(store.views(user), view, "id"),
  view_closed: (store, { user, view_id }) => drop(store.views(user), (view) => view.id === view_id),
  view_errors: (store, { user, view_id, errors }) => {
    const view = store.views(user).find(({ id }) => id === view_id);
    if (view) view.errors = errors;
  },
  home: (store, { user, view }) => (store.state.homes[user] = view),
  reaction_added: (store, { channel, ts, user, reaction }) => react(store.message(channel, ts), reaction, user, true),
  reaction_removed: (store, { channel, ts, user, reaction }) =>
    react(store.message(channel, ts), reaction, user, false),
  member_joined: (store, { channel, user }) => {
    const { members } = store.channel(channel);
    if (!members.includes(user)) members.push(user);
  },
  member_left: (store, { channel, user }) => drop(store.channel(channel).members, (member) => member === user),
  sockets: (store, { open }) => (store.state.sockets = open),
};

function replace(list, item, key) {
  const index = list.findIndex((one) => one[key] === item[key]);
  if (index >= 0) list[index] = item;
  else list.push(item);
}

function drop(list, unwanted) {
  const index = list.findIndex(unwanted);
  if (index >= 0) list.splice(index, 1);
}

function known(store, channel, ts) {
  const thread = store.thread(channel, ts);
  if (thread) return thread;
  const added = { channel, thread_ts: ts, status: "", loading_messages: [] };
  store.state.threads.push(added);
  return added;
}

function react(message, name, user, added) {
  if (!message) return;
  const reactions = (message.reactions ??= []);
  let reaction = reactions.find((one) => one.name === name);
  if (!reaction) reactions.push((reaction = { name, users: [], count: 0 }));
  reaction.users = reaction.users.filter((one) => one !== user).concat(added ? [user] : []);
  reaction.count = reaction.users.length;
  if (!reaction.count) drop(reactions, (one) => one.name === name);
}
