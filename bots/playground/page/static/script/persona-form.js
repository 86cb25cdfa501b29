// The form for a persona's name and instruction; what Parley finds wrong stands beside its field, and nothing is lost.

import { button, element } from "./dom.js";
import { closer, shut } from "./pieces.js";

const HINT = "May use {workspace}, {channel}, {topic}, {date}, {time}, {timezone}, {people} and {persona}.";

export function createPersonaForm({ platform, save }) {
  const id = (part) => `${platform}-persona-${part}`;
  const heading = element("h2", { id: id("title") });
  const starter = element("select", { on: { change: () => start(starters[starter.value]) } });
  const starting = field("Start from", starter);
  const name = element("input", { type: "text", maxlength: 80, autocomplete: "off" });
  const instruction = element("textarea", { rows: 9 });
  const problems = {
    name: element("p", { class: "problem", role: "alert", hidden: true }),
    instruction: element("p", { class: "problem", role: "alert", hidden: true }),
  };
  const node = element("dialog", { class: "modal persona-modal", "aria-labelledby": heading.id });
  let was = "";
  let starters = [];

  node.append(
    element(
      "form",
      { novalidate: true, on: { submit } },
      element("header", {}, heading, closer(close)),
      element(
        "div",
        { class: "fields" },
        starting,
        field("Name", name, problems.name),
        field("How should it answer?", instruction, element("small", {}, HINT), problems.instruction),
      ),
      element(
        "footer",
        {},
        button("Cancel", close, { class: "action" }),
        element("button", { class: "action primary" }, "Save"),
      ),
    ),
  );

  function field(label, input, ...below) {
    return element("label", { class: "field" }, element("span", { class: "label" }, label), input, ...below);
  }

  function close() {
    shut(node);
  }

  function start(chosen) {
    name.value = chosen?.name ?? "";
    instruction.value = chosen?.instruction ?? "";
  }

  async function submit(event) {
    event.preventDefault();
    tell({});
    try {
      await save({ was, name: name.value, instruction: instruction.value });
      close();
    } catch (error) {
      tell(error.problems ?? { instruction: error.message });
    }
  }

  function tell(found) {
    for (const [part, place] of Object.entries(problems)) {
      place.hidden = !found[part];
      place.textContent = found[part] ?? "";
    }
  }

  function offer(offered) {
    starters = offered;
    starting.hidden = starters.length === 0;
    starter.replaceChildren(
      element("option", { value: "" }, "nothing"),
      ...starters.map((one, index) => element("option", { value: index }, one.name)),
    );
  }

  return {
    node,
    open(persona, offered = []) {
      was = persona?.name ?? "";
      heading.textContent = was ? `Edit ${was}` : "New persona for this channel";
      offer(offered);
      start(persona);
      tell({});
      node.showModal();
      (was ? instruction : name).focus();
    },
  };
}
