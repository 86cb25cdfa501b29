"""Opens forms, takes what was filled in, and gives back what is refused: nothing that was typed is lost.

Discord's forms show no errors. So what is wrong is said beside the name of the field, with the text as a file, and
with a button that opens the form again with everything that was typed.
"""

import asyncio
import re
from collections.abc import Mapping
from typing import Any, Protocol

import discord
import structlog
from discord import InteractionType, ui

from bots.discord import rest
from bots.discord.answers import Answers, as_file, say
from bots.discord.drafts import Draft, Drafts
from bots.discord.questions import Filled, Form, filled, modal
from core.errors import PlatformTrouble
from storage.problems import NotPossible

log = structlog.get_logger()

# An interaction must be answered within three seconds, and a form must be the first answer.
LOOK_UP_S = 2.0
AGAIN = re.compile(r"form-again:(?P<key>[\w-]{1,40})")
AGAIN_LABEL = "Open the form again"
GONE = "I no longer have what you typed at hand. It is in the file above: copy it from there."
LABELS = {
    "name": "Name",
    "instruction": "Instruction",
    "prompt": "Prompt",
    "model": "Model",
    "temperature": "Temperature",
    "effort": "Reasoning effort",
    "tools": "Tools",
    "display_name": "Shown name",
    "icon": "Picture",
    "base_url": "Address",
    "url": "Address",
    "asks": "Asks before",
    "key": "Key",
    "kind": "Kind",
}


class Kind(Protocol):
    """One kind of form. A form's id is the kind's name and what the form is about: `name:about`.

    Both methods may raise NotPossible. What is filled in as a secret is neither kept nor shown again.
    """

    name: str
    secrets: frozenset[str]

    async def form(self, interaction: discord.Interaction, about: str, values: Mapping[str, str] | None) -> Form:
        """The form; with what was typed before, where it is opened again."""
        ...

    async def submitted(self, interaction: discord.Interaction, about: str, given: Filled) -> None:
        """Do what the form is for, and answer."""
        ...


class Forms:
    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._drafts = Drafts()
        self._kinds: dict[str, Kind] = {}

    def add(self, kind: Kind) -> None:
        self._kinds[kind.name] = kind

    async def open(
        self, interaction: discord.Interaction, form_id: str, values: Mapping[str, str] | None = None
    ) -> None:
        """Answer an interaction with a form. What it begins with is looked up before, and must be there in time."""
        name, _, about = form_id.partition(":")
        form = await asyncio.wait_for(self._kinds[name].form(interaction, about, values), LOOK_UP_S)
        await rest.call(interaction.response.send_modal(modal(form)))

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Hears of every interaction; submissions of forms are for this."""
        data: Any = interaction.data or {}
        name, _, about = str(data.get("custom_id", "")).partition(":")
        kind = self._kinds.get(name)
        if interaction.type is not InteractionType.modal_submit or kind is None:
            return
        given = filled(interaction)
        try:
            with self._answers.errands.under_way():
                await kind.submitted(interaction, about, given)
        except Exception as error:
            typed = {field: value for field, value in given.values.items() if field not in kind.secrets}
            await self._send_back(interaction, Draft(interaction.user.id, f"{name}:{about}", typed), error)

    async def _send_back(self, interaction: discord.Interaction, draft: Draft, error: Exception) -> None:
        text = "\n\n".join(value for value in draft.values.values() if value.strip(" -"))
        view = ui.View(timeout=None)
        view.add_item(_button(self._drafts.keep(draft)))
        view.stop()
        try:
            file = {"file": as_file(text, "what-you-typed.txt")} if text else {}
            await say(interaction, self._why(interaction, error), view, **file)
        except PlatformTrouble as trouble:
            log.info("interaction.not_answered", interaction=interaction.id, code=trouble.code)

    def _why(self, interaction: discord.Interaction, error: Exception) -> str:
        if not isinstance(error, NotPossible):
            return self._answers.reason(interaction, error)
        named = [(LABELS.get(problem.field, ""), problem.sentence) for problem in error.problems]
        return "\n".join(f"**{label}**: {sentence}" if label else sentence for label, sentence in named)

    def again_button(self) -> type[Any]:
        """A class of buttons that open a form again with what was typed."""
        forms = self

        class AgainButton(ui.DynamicItem[ui.Button[Any]], template=AGAIN):
            def __init__(self, key: str) -> None:
                super().__init__(_button(key))
                self._key = key

            @classmethod
            async def from_custom_id(
                cls, interaction: discord.Interaction, item: ui.Item[Any], match: re.Match[str], /
            ) -> "AgainButton":
                return cls(match["key"])

            async def callback(self, interaction: discord.Interaction) -> None:
                await forms.open_again(interaction, self._key)

        return AgainButton

    async def open_again(self, interaction: discord.Interaction, key: str) -> None:
        draft = self._drafts.find(key, interaction.user.id)
        try:
            if draft is None:
                await say(interaction, GONE)
                return
            await self.open(interaction, draft.form_id, draft.values)
        except Exception as error:
            await self._answers.refuse(interaction, error)


def _button(key: str) -> ui.Button[Any]:
    return ui.Button(label=AGAIN_LABEL, style=discord.ButtonStyle.primary, custom_id=f"form-again:{key}")
