"""Buttons that open a form. What they open is in their ids, so they work after a restart, too."""

import re
from typing import Any

import discord
from discord import ui

from bots.discord.answers import Answers
from bots.discord.forms import Forms

TEMPLATE = re.compile(r"open:(?P<form>[a-z-]+:.*)", re.DOTALL)


def button(label: str, form_id: str) -> ui.Button[Any]:
    return ui.Button(label=label, custom_id=f"open:{form_id}")


def open_button(forms: Forms, answers: Answers) -> type[Any]:
    """The class that hears of every press, also on messages of an earlier process."""

    class OpenButton(ui.DynamicItem[ui.Button[Any]], template=TEMPLATE):
        def __init__(self, form_id: str, label: str = "") -> None:
            super().__init__(button(label or "Open", form_id))
            self._form_id = form_id

        @classmethod
        async def from_custom_id(
            cls, interaction: discord.Interaction, item: ui.Item[Any], match: re.Match[str], /
        ) -> "OpenButton":
            return cls(match["form"])

        async def callback(self, interaction: discord.Interaction) -> None:
            try:
                await forms.open(interaction, self._form_id)
            except Exception as error:
                await answers.refuse(interaction, error)

    return OpenButton
