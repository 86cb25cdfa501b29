// Shows a list of items in a container and touches only the nodes whose items changed, so focus and scrolling stay.

const shown = new WeakMap();

export function keyed(container, items, { key, create, update }) {
  const before = shown.get(container) ?? new Map();
  const after = new Map();
  for (const item of items) {
    const id = key(item);
    let entry = before.get(id);
    const print = JSON.stringify(item);
    if (!entry) {
      entry = { node: create(item), print: null };
    }
    if (entry.print !== print) {
      update(entry.node, item);
      entry.print = print;
    }
    after.set(id, entry);
  }
  for (const [id, entry] of before) if (!after.has(id)) entry.node.remove();
  let place = container.firstChild;
  for (const { node } of after.values()) {
    if (node === place) place = place.nextSibling;
    else container.insertBefore(node, place);
  }
  shown.set(container, after);
}
