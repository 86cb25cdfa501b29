// Which persona a channel has: choose one, make one, change one, and the next answer follows.

import { button, element } from "./dom.js";
import { get, post } from "./http.js";
import { createPersonaForm } from "./persona-form.js";

const REFRESH_MS = 2000;
const NEW = "+";

export function createPersonaControl({ platform, toasts }) {
  const select = element("select", { "aria-label": `Persona on ${platform}`, on: { change: choose } });
  const edit = button("Edit", () => form.open(current()), { class: "edit" });
  const node = element("span", { class: "persona", hidden: true }, element("label", {}, "Persona ", select), edit);
  const form = createPersonaForm({ platform, save });
  let place = null;
  let known = { personas: [], starters: [], assigned: "" };
  let shown = "";

  const current = () => known.personas.find(({ name }) => name === known.assigned);

  async function choose() {
    const chosen = select.value;
    shown = "";
    if (chosen === NEW) {
      show();
      form.open(null, known.starters);
      return;
    }
    await toasts.trying(change("/page/personas/assign", { name: chosen.slice(1) }));
    await refresh();
  }

  async function save(fields) {
    await change("/page/personas", fields);
    await refresh();
  }

  async function change(path, fields) {
    const { said, error, problems } = await post(path, { ...place, ...fields });
    if (error) throw Object.assign(new Error(error), { problems });
    toasts.tell(said);
  }

  async function refresh() {
    if (!place || document.hidden) return;
    const asked = place;
    const answer = await get(`/page/personas?${new URLSearchParams(asked)}`).catch(() => null);
    if (!answer?.ready || asked !== place) return;
    known = answer;
    show();
  }

  function show() {
    const print = JSON.stringify(known);
    if (print === shown) return;
    shown = print;
    node.hidden = false;
    const options = known.personas.map(({ name }) => element("option", { value: `=${name}` }, name));
    select.replaceChildren(
      element("option", { value: "=" }, "none"),
      ...options,
      element("option", { value: NEW }, "New…"),
    );
    select.value = `=${known.assigned}`;
    edit.hidden = !current();
  }

  setInterval(refresh, REFRESH_MS);

  return {
    node,
    dialog: form.node,
    show(here) {
      const is = { platform, ...here };
      if (JSON.stringify(is) === JSON.stringify(place)) return;
      place = is;
      refresh();
    },
  };
}
