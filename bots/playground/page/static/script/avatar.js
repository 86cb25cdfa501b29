// Avatars drawn from initials: people are round shades, the bot has a sign of its own.

import { drawing } from "./dom.js";

const SHADES = ["#b4436c", "#2a7f9e", "#7a5195", "#3d7a4a", "#a8562a", "#4661b0", "#8a6d1d", "#6b5fc7"];

export function avatar(name, { own = false, bot = false } = {}) {
  if (own) return sign();
  const initials = name
    .split(/[\s_-]+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? "")
    .join("")
    .toUpperCase();
  return drawing(
    "svg",
    { viewBox: "0 0 36 36", class: "avatar", "aria-hidden": "true" },
    drawing("rect", { width: 36, height: 36, class: "shape", fill: bot ? "#5b6470" : shade(name) }),
    drawing("text", { x: 18, y: 18, "text-anchor": "middle", "dominant-baseline": "central", fill: "#fff" }, initials),
  );
}

function sign() {
  return drawing(
    "svg",
    { viewBox: "0 0 36 36", class: "avatar", "aria-hidden": "true" },
    drawing("rect", { width: 36, height: 36, class: "shape", fill: "#0f766e" }),
    drawing("path", { d: "M7 10h16a3 3 0 0 1 3 3v6a3 3 0 0 1-3 3H14l-5 4v-4H7z", fill: "#fff" }),
    drawing("path", { d: "M12 15h9M12 18h6", stroke: "#0f766e", "stroke-width": 1.6, "stroke-linecap": "round" }),
    drawing("circle", { cx: 28, cy: 26, r: 3, fill: "#fbbf24" }),
  );
}

function shade(name) {
  let sum = 7;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 65521;
  return SHADES[sum % SHADES.length];
}
