"""The form of the prompt of a server."""

from collections.abc import Mapping

import discord

from bots.discord import long_texts
from bots.discord.answers import Answers
from bots.discord.people import person_of
from bots.discord.persona_forms import written
from bots.discord.places import workspace_of
from bots.discord.questions import Filled, Form
from core.workspace import WorkspaceSettings

PROMPT = "prompt-text"
QUESTION = "What should I always know or do here?"


class PromptForm:
    name = PROMPT
    secrets: frozenset[str] = frozenset()

    def __init__(self, workspace: WorkspaceSettings, answers: Answers) -> None:
        self._workspace = workspace
        self._answers = answers

    async def form(self, interaction: discord.Interaction, about: str, values: Mapping[str, str] | None) -> Form:
        """Raises NotAllowed before anything is typed; what is submitted is checked again."""
        await self._workspace.rights.may_change_workspace(person_of(interaction))
        prompt = "" if values else await self._workspace.prompt(workspace_of(interaction))
        parts = long_texts.typed(values) if values else long_texts.cut(prompt)
        return Form(f"{PROMPT}:", "Server prompt", long_texts.questions(parts, QUESTION, "Prompt"))

    async def submitted(self, interaction: discord.Interaction, about: str, given: Filled) -> None:
        async def deed() -> str:
            return await self._workspace.set_prompt(person_of(interaction), await written(given))

        await self._answers.give(interaction, deed)
