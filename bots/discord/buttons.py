"""The buttons below a reply. All that they need is in their ids, so they work after a restart, too."""

import re
from typing import Any

import discord
from discord import ui

from core.surface import Controls

TEMPLATE = re.compile(r"reply-(?P<deed>stop|again|good|bad):(?P<reply>\d{1,18})")
LABELS = {"stop": "Stop", "again": "Regenerate", "good": "👍", "bad": "👎"}
SHOWN = {Controls.NONE: (), Controls.WORKING: ("stop",), Controls.SETTLED: ("again", "good", "bad")}


def view(reply_id: int, controls: Controls, *, lasting: bool = True) -> ui.View:
    """The buttons for a message of a reply; an empty view takes them away.

    A reply that is not lasting can be written only for minutes: it has no further version. A stopped view is sent like
    any other, and the library keeps nothing of it.
    """
    shown = ui.View(timeout=None)
    for deed in SHOWN[controls]:
        if lasting or deed != "again":
            shown.add_item(button(deed, reply_id))
    shown.stop()
    return shown


def button(deed: str, reply_id: int) -> ui.Button[Any]:
    style = discord.ButtonStyle.danger if deed == "stop" else discord.ButtonStyle.secondary
    return ui.Button(label=LABELS[deed], style=style, custom_id=f"reply-{deed}:{reply_id}")
