// The state of the local Discord as the page knows it, kept up to date by events.

const PING_SHOWN = 500;

export function createStore() {
  return {
    state: null,
    unread: new Set(),

    load(state) {
      this.state = state;
      for (const one of state.typing) one.until = performance.now() + one.left_s * 1000;
    },

    member(id) {
      return this.state.members.find((member) => member.id === id);
    },

    people() {
      return this.state.members.filter((member) => !member.bot);
    },

    place(id) {
      return this.state.channels.find((one) => one.id === id) ?? this.state.threads.find((one) => one.id === id);
    },

    parent(id) {
      const place = this.place(id);
      return place?.owner_id !== undefined && place.parent_id ? this.place(place.parent_id) : place;
    },

    isThread(id) {
      return this.state.threads.some((one) => one.id === id);
    },

    visible(me) {
      return this.state.channels.filter(({ visible_to }) => visible_to.includes(me));
    },

    messages(channel) {
      return this.state.messages[channel] ?? [];
    },

    message(id) {
      for (const list of Object.values(this.state.messages)) {
        const found = list.find((message) => message.id === id);
        if (found) return found;
      }
      return null;
    },

    typists(channel) {
      const now = performance.now();
      return this.state.typing.filter((one) => one.channel === channel && one.until > now).map(({ user }) => user);
    },

    modals(user) {
      return this.state.modals[user] ?? [];
    },

    apply(event) {
      changes[event.event]?.(this, event);
    },
  };
}

const changes = {
  message_created: (store, { message }) => {
    const list = (store.state.messages[message.channel] ??= []);
    if (!list.some(({ id }) => id === message.id)) list.push(message);
    drop(store.state.typing, (one) => one.channel === message.channel && one.user === message.author.id);
  },
  message_updated: (store, { message }) => put(store.messages(message.channel), message),
  message_deleted: (store, { id, channel }) => drop(store.messages(channel), (one) => one.id === id),
  typing: (store, { channel, user, left_s }) => {
    drop(store.state.typing, (one) => one.channel === channel && one.user === user);
    store.state.typing.push({ channel, user, until: performance.now() + left_s * 1000 });
  },
  modal_opened: (store, { modal }) => (store.state.modals[modal.user] ??= []).push(modal),
  modal_closed: (store, { modal }) => drop(store.modals(modal.user), ({ id }) => id === modal.id),
  commands_changed: (store, { commands }) => (store.state.commands = commands),
  thread_created: (store, { thread }) => put(store.state.threads, thread),
  thread_updated: (store, { thread }) => put(store.state.threads, thread),
  thread_deleted: (store, { id }) => drop(store.state.threads, (one) => one.id === id),
  channel_updated: (store, { channel }) => put(store.state.channels, channel),
  member_updated: (store, { member }) => put(store.state.members, member),
  ping: (store, { ping }) => (store.state.pings = [...store.state.pings, ping].slice(-PING_SHOWN)),
};

function put(list, item) {
  const index = list.findIndex(({ id }) => id === item.id);
  if (index >= 0) list[index] = item;
  else list.push(item);
}

function drop(list, unwanted) {
  const index = list.findIndex(unwanted);
  if (index >= 0) list.splice(index, 1);
}
