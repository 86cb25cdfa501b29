// How the person who is looking sees names.

export function createNames(store, me) {
  const person = (id) => {
    const user = store.user(id);
    return user ? user.real_name || user.name : null;
  };
  return {
    person,
    mention(kind, id) {
      if (kind === "user") return person(id) && `@${person(id)}`;
      if (kind === "channel") return store.channel(id)?.name && `#${store.channel(id).name}`;
      return null;
    },
    isMe: (id) => id === me(),
    people: () => store.state.users.map((user) => ({ value: user.id, label: user.real_name || user.name })),
    channels: () =>
      store.state.channels
        .filter(({ kind }) => kind !== "im")
        .map(({ id, name }) => ({ value: id, label: `#${name}` })),
  };
}

export function author(store, message) {
  const user = store.user(message.user) ?? store.state.users.find((one) => one.bot_id && one.bot_id === message.bot_id);
  const own = message.app_id === store.state.me.app_id || user?.id === store.state.me.user_id;
  return {
    id: user?.id ?? message.bot_id ?? "unknown",
    name: message.username ?? user?.real_name ?? user?.name ?? "Unknown",
    own,
    bot: Boolean(message.bot_id ?? user?.is_bot),
  };
}
