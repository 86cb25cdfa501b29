// "What the model saw": the last request that the built-in model was sent, turn by turn.

import { element } from "./dom.js";
import { get } from "./http.js";
import { keyed } from "./keyed.js";
import { closer } from "./pieces.js";
import { rich } from "./rich.js";
import { clock, count } from "./times.js";

const REFRESH_MS = 1000;

export function createSaw(toggle) {
  const list = element("ol", { class: "turns" });
  const about = element("p", { class: "about" }, "Nothing yet: ask Parley something.");
  const node = element(
    "aside",
    { class: "saw", "aria-label": "What the model saw", hidden: true },
    element(
      "header",
      {},
      element("h2", {}, "What the model saw"),
      closer(() => open(false)),
    ),
    about,
    list,
  );
  let timer = null;
  let last = null;

  function open(shown) {
    node.hidden = !shown;
    toggle.setAttribute("aria-expanded", String(shown));
    clearInterval(timer);
    if (!shown) return;
    refresh();
    timer = setInterval(refresh, REFRESH_MS);
  }

  async function refresh() {
    const { requests } = await get("/model/control/requests?last=1").catch(() => ({ requests: [] }));
    const request = requests.at(-1);
    if (!request?.body?.messages || request.number === last) return;
    last = request.number;
    show(request);
  }

  function show({ number, began, body }) {
    const at = clock(new Date(began * 1000));
    about.textContent = `Request ${number} at ${at}: model ${body.model}, ${count(body.messages.length, "message")}, ${body.stream ? "streamed" : "in one piece"}`;
    const turns = body.messages.flatMap(layered).map((turn, index) => ({ ...turn, index }));
    keyed(list, turns, {
      key: ({ index, role }) => `${index}-${role}`,
      create: ({ role }) => element("li", { class: `turn ${role}` }, element("b"), element("div")),
      update: (row, turn) => {
        row.firstChild.textContent = turn.label;
        rich(row.lastChild, "markdown", turn.text);
      },
    });
  }

  toggle.addEventListener("click", () => open(node.hidden));
  return node;
}

function layered({ role, content }) {
  const text =
    typeof content === "string" ? content : (content ?? []).map((part) => part.text ?? `[${part.type}]`).join("\n");
  if (role !== "system") return [{ role, label: role, text }];
  const layers = text.split(/\n\s*\n/);
  return layers.map((layer, index) => ({
    role,
    label: layers.length > 1 ? `system, layer ${index + 1}` : "system",
    text: layer,
  }));
}
