// Formatted text: the server renders it to safe HTML, many texts in one request, and this puts it into its node.

import { post } from "./http.js";

const MOST_KEPT = 2000;
const rendered = new Map();
const wanted = new WeakMap();
let waiting = [];

export function rich(node, kind, text, names) {
  const id = `${kind}\n${text}`;
  if (wanted.get(node) === id) return node;
  wanted.set(node, id);
  node.classList.add("rich");
  if (rendered.has(id)) {
    fill(node, rendered.get(id), names);
  } else {
    if (waiting.length === 0) queueMicrotask(render);
    waiting.push({ node, kind, text, id, names });
  }
  return node;
}

async function render() {
  const batch = waiting.splice(0, 200);
  if (waiting.length) queueMicrotask(render);
  const html = await post("/page/render", { items: batch.map(({ kind, text }) => ({ kind, text })) }).then(
    (answer) => answer.html,
    () => null,
  );
  batch.forEach(({ node, id, text, names }, index) => {
    if (html) keep(id, html[index]);
    if (wanted.get(node) !== id) return;
    if (html) fill(node, html[index], names);
    else node.textContent = text;
  });
}

function keep(id, html) {
  if (rendered.size >= MOST_KEPT) rendered.delete(rendered.keys().next().value);
  rendered.set(id, html);
}

function fill(node, html, names) {
  node.innerHTML = html;
  if (!names) return;
  for (const pill of node.querySelectorAll(".mention")) {
    const name = names.mention(pill.dataset.kind, pill.dataset.id);
    if (name) pill.textContent = name;
    if (pill.dataset.kind === "everyone" || names.isMe(pill.dataset.id)) pill.classList.add("to-me");
  }
}
