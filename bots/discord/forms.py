"""The forms that Discord shows, for a persona and for the workspace's prompt, and the button that opens one."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import discord
import structlog
from discord import ui

from bots.discord.answers import Answers, as_file, say
from core.errors import PlatformTrouble
from core.personas import PersonaError
from storage.personas import NAME_LIMIT

log = structlog.get_logger()

# discord.com/developers/docs/components/reference, "Text Input"
INPUT_LIMIT = 4_000
OPEN_FOR_S = 3_600.0
EDIT = re.compile(r"persona-edit:(?P<name>.+)", re.DOTALL)
TOO_LONG_FOR_A_FORM = (
    f"This text has more than {INPUT_LIMIT:,} characters, more than Discord's forms take. "
    "Change it with `parley persona edit` or `parley prompt set` on the command line."
)

Save = Callable[[discord.Interaction, str, str], Awaitable[str]]


class Form(ui.Modal):
    """A form of one long text, and of a name when there is none yet.

    `save(interaction, name, text)` does what the form is for. What it refuses is sent back to the person with the text.
    """

    def __init__(self, answers: Answers, save: Save, title: str, question: str, name: str | None, text: str) -> None:
        super().__init__(title=title, timeout=OPEN_FOR_S)
        self._answers = answers
        self._save = save
        self._name: ui.TextInput[Any] = ui.TextInput(default=name or None, max_length=NAME_LIMIT)
        self._text: ui.TextInput[Any] = ui.TextInput(
            style=discord.TextStyle.paragraph, default=text or None, max_length=INPUT_LIMIT
        )
        if name is not None:
            self.add_item(ui.Label(text="Name", component=self._name))
        self.add_item(ui.Label(text=question, component=self._text))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        try:
            await self._answers.give(interaction, lambda: self._save(interaction, self._name.value, self._text.value))
        except PersonaError as refusal:
            await self._send_back(interaction, str(refusal))
        except Exception as error:
            await self._answers.refuse(interaction, error)

    async def _send_back(self, interaction: discord.Interaction, why: str) -> None:
        try:
            await say(interaction, why, file=as_file(self._text.value))
        except PlatformTrouble as trouble:
            log.info("interaction.not_answered", interaction=interaction.id, code=trouble.code)


def edit_button(answers: Answers, edit: Callable[[discord.Interaction, str], Awaitable[None]]) -> type[Any]:
    """A class of buttons that open a persona's form, also those that an earlier process has shown."""

    class EditButton(ui.DynamicItem[ui.Button[Any]], template=EDIT):
        def __init__(self, name: str) -> None:
            super().__init__(ui.Button(label="Edit", custom_id=f"persona-edit:{name}"))
            self._name = name

        @classmethod
        async def from_custom_id(
            cls, interaction: discord.Interaction, item: ui.Item[Any], match: re.Match[str], /
        ) -> "EditButton":
            return cls(match["name"])

        async def callback(self, interaction: discord.Interaction) -> None:
            try:
                await edit(interaction, self._name)
            except Exception as error:
                await answers.refuse(interaction, error)

    return EditButton
