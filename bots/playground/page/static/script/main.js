// Puts the page together.

import { createDiscordPane } from "./discord/pane.js";
import { get } from "./http.js";
import { createLayout } from "./layout.js";
import { createSaw } from "./saw.js";
import { createSlackPane } from "./slack/pane.js";

const find = (selector) => document.querySelector(selector);

createLayout(find(".panes"), [...document.querySelectorAll("[data-show]")]);
createSlackPane(find(".slack"));
createDiscordPane(find(".discord"));

const { answering, built_in: builtIn } = await get("/page/about");
find(".answering span").textContent = answering;
find(".answering").title = builtIn
  ? "The playground's own model answers, from nothing but what it is given."
  : "A real model answers; what you write here is sent to it.";
find(".answering").classList.toggle("real", !builtIn);
const toggle = find(".saw-toggle");
if (builtIn) document.body.append(createSaw(toggle));
else toggle.remove();
