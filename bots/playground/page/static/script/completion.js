// The list that opens above a composer while `@`, `#` or `/` is typed; arrows move, Tab and Enter choose.

import { element } from "./dom.js";

const MOST = 25;

let lists = 0;

export function createCompletion(field, { suggest, insert }) {
  const id = `completion-${(lists += 1)}`;
  const node = element("ul", { class: "completion", role: "listbox", id, hidden: true });
  let items = [];
  let current = 0;
  field.setAttribute("aria-controls", id);
  field.setAttribute("aria-autocomplete", "list");

  function show() {
    node.hidden = items.length === 0;
    field.setAttribute("aria-expanded", String(!node.hidden));
    node.replaceChildren(...items.map(option));
    if (node.hidden) field.removeAttribute("aria-activedescendant");
    else {
      field.setAttribute("aria-activedescendant", `${id}-${current}`);
      node.children[current].scrollIntoView({ block: "nearest" });
    }
  }

  function option(item, index) {
    const row = element(
      "li",
      { role: "option", id: `${id}-${index}`, "aria-selected": String(index === current) },
      item.picture,
      element("strong", {}, item.label),
      element("span", { class: "detail" }, item.detail ?? ""),
    );
    row.addEventListener("mousedown", (event) => {
      event.preventDefault();
      choose(item);
    });
    return row;
  }

  function choose(item) {
    items = [];
    show();
    insert(item);
  }

  return {
    node,
    refresh() {
      items = suggest(field.value, field.selectionStart).slice(0, MOST);
      current = 0;
      show();
    },
    close() {
      items = [];
      show();
    },
    takes(event) {
      if (node.hidden) return false;
      if (event.key === "ArrowDown") current = (current + 1) % items.length;
      else if (event.key === "ArrowUp") current = (current + items.length - 1) % items.length;
      else if (event.key === "Escape") items = [];
      else if (event.key === "Enter" || event.key === "Tab") {
        choose(items[current]);
        return true;
      } else return false;
      show();
      return true;
    },
  };
}
