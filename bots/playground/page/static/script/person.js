// The picker of whom to speak as.

import { avatar } from "./avatar.js";
import { element } from "./dom.js";

export function createPersonPicker(platform, onPick) {
  const picture = element("span", { class: "picture" });
  const select = element("select", {
    "aria-label": `Speak on ${platform} as`,
    on: { change: () => onPick(select.value) },
  });
  let shown = "";
  return {
    node: element("label", { class: "me" }, picture, element("span", { class: "says" }, "Speaking as"), select),
    show(people, current) {
      const print = JSON.stringify([people, current]);
      if (print === shown) return;
      shown = print;
      select.replaceChildren(...people.map(({ id, name }) => element("option", { value: id }, name)));
      select.value = current;
      const person = people.find(({ id }) => id === current);
      if (person) picture.replaceChildren(avatar(person.name));
    },
  };
}
