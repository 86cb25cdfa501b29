"""The buttons below a reply. All that they need is in their ids, so they work after a restart, too."""

import re
from typing import Any

import discord
from discord import ui

from bots.discord import contents
from core import texts
from core.surface import Below, Controls, Question

TEMPLATE = re.compile(r"reply-(?P<deed>stop|again|anew|good|bad):(?P<reply>\d{1,18})")
CALL = re.compile(r"tool-(?P<deed>allow|refuse):(?P<call>\d{1,18})")
LABELS = {"stop": "Stop", "again": "Regenerate", "anew": texts.ANSWER_ANEW, "good": "👍", "bad": "👎"}
SHOWN = {Controls.NONE: (), Controls.WORKING: ("stop",), Controls.SETTLED: ("again", "good", "bad")}


def view(reply_id: int, *below: Below) -> ui.View:
    """The buttons for a message of a reply; an empty view takes them away.

    A stopped view is sent like any other, and the library keeps nothing of it.
    """
    shown = ui.View(timeout=None)
    for controls in below:
        for one in _buttons(reply_id, controls):
            shown.add_item(one)
    shown.stop()
    return shown


def _buttons(reply_id: int, controls: Below) -> list[ui.Button[Any]]:
    if isinstance(controls, Question):
        return [call_button(deed, controls.id) for deed in ("allow", "refuse")]
    return [button(deed, reply_id) for deed in SHOWN[controls]]


def offer(reply_id: int) -> ui.View:
    """The buttons of an answer whose question was edited."""
    shown = ui.View(timeout=None)
    for deed in ("anew", "good", "bad"):
        shown.add_item(button(deed, reply_id))
    shown.stop()
    return shown


def belongs(message: discord.Message, reply_id: int) -> bool:
    """Whether a message has the buttons of this reply."""
    shown = (part for row in contents.components(message) for part in getattr(row, "children", ()))
    found = (TEMPLATE.fullmatch(getattr(part, "custom_id", None) or "") for part in shown)
    return any(match is not None and int(match["reply"]) == reply_id for match in found)


def button(deed: str, reply_id: int) -> ui.Button[Any]:
    styles = {"stop": discord.ButtonStyle.danger, "anew": discord.ButtonStyle.primary}
    style = styles.get(deed, discord.ButtonStyle.secondary)
    return ui.Button(label=LABELS[deed], style=style, custom_id=f"reply-{deed}:{reply_id}")


def call_button(deed: str, call_id: int) -> ui.Button[Any]:
    """A button that allows one call of a tool, or refuses it."""
    style = discord.ButtonStyle.success if deed == "allow" else discord.ButtonStyle.secondary
    return ui.Button(label=deed.capitalize(), style=style, custom_id=f"tool-{deed}:{call_id}")
