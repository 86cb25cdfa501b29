// How the person who is looking sees names.

export function createNames(store, me) {
  const person = (id) => {
    const member = store.member(id);
    return member ? member.nick || member.name : null;
  };
  const role = (id) => store.state.roles.find((one) => one.id === id)?.name;
  return {
    person,
    role,
    mention(kind, id) {
      if (kind === "user") return person(id) && `@${person(id)}`;
      if (kind === "channel") return store.place(id)?.name && `#${store.place(id).name}`;
      if (kind === "role") return role(id) && `@${role(id)}`;
      return null;
    },
    isMe: (id) => id === me() || (store.member(me())?.roles ?? []).includes(id),
    people: () => store.state.members.map(({ id }) => ({ value: id, label: person(id) })),
    channels: () =>
      store
        .visible(me())
        .filter(({ type }) => type !== 1)
        .map(({ id, name }) => ({ value: id, label: `#${name}` })),
    roles: () =>
      store.state.roles.map(({ id, name }) => ({ value: id, label: name.startsWith("@") ? name : `@${name}` })),
  };
}
