"""`/prompt …`: what Parley always knows or does on a server."""

import discord
from discord import app_commands, ui

from bots.discord import downloads, histories, opening, text_files
from bots.discord.answers import Answers
from bots.discord.choices import Offers
from bots.discord.forms import Forms
from bots.discord.people import person_of
from bots.discord.persona_options import Instruction
from bots.discord.places import workspace_of
from bots.discord.prompt_form import PROMPT
from core.workspace import NO_PROMPT, WorkspaceSettings


class PromptCommands(app_commands.Group):
    def __init__(self, workspace: WorkspaceSettings, offers: Offers, forms: Forms, answers: Answers) -> None:
        super().__init__(name="prompt", description="What Parley always knows or does on this server")
        self._workspace = workspace
        self._offers = offers
        self._forms = forms
        self._answers = answers

    async def _changes(self, interaction: discord.Interaction, current: str) -> list[app_commands.Choice[int]]:
        return await self._offers.prompt_changes(interaction, current)

    @app_commands.command(description="The prompt of this server")
    async def show(self, interaction: discord.Interaction) -> None:
        async def deed() -> tuple[str, ui.View]:
            view = ui.View(timeout=None)
            if await self._workspace.rights.changes_workspace(person_of(interaction)):
                view.add_item(opening.button("Edit", f"{PROMPT}:"))
            view.stop()
            return await self._workspace.prompt(workspace_of(interaction)) or NO_PROMPT, view

        await self._answers.show(interaction, deed)

    @app_commands.command(name="set", description="Set the prompt of this server; without a text a form opens")
    @app_commands.describe(
        text="What Parley should always know or do", file="The same as a text file, of up to 20,000 characters"
    )
    async def set_(
        self,
        interaction: discord.Interaction,
        text: Instruction | None = None,
        file: discord.Attachment | None = None,
    ) -> None:
        async def deed() -> str:
            given = text or ""
            if file is not None:
                await self._workspace.rights.may_change_workspace(person_of(interaction))
                given = await text_files.text_of(downloads.file_of(file), "prompt")
            return await self._workspace.set_prompt(person_of(interaction), given)

        if text is None and file is None:
            await self._forms.open(interaction, f"{PROMPT}:")
            return
        await self._answers.give(interaction, deed)

    @app_commands.command(description="Let the built-in prompt apply again")
    async def clear(self, interaction: discord.Interaction) -> None:
        await self._answers.give(interaction, lambda: self._workspace.clear_prompt(person_of(interaction)))

    @app_commands.command(description="Who changed the prompt, when, and what it was before")
    @app_commands.describe(change="Show the texts of this change")
    @app_commands.autocomplete(change=_changes)
    async def history(self, interaction: discord.Interaction, change: int | None = None) -> None:
        async def deed() -> str:
            by = person_of(interaction)
            if change is None:
                return histories.lines(await self._workspace.prompt_history(by, most=20))
            found = await self._workspace.prompt_history(by, before_id=change + 1, most=1)
            return histories.whole(found[0]) if found else histories.NOTHING

        await self._answers.give(interaction, deed)

    @app_commands.command(description="Make the prompt what it was after a change")
    @app_commands.describe(change="The number of the change")
    @app_commands.autocomplete(change=_changes)
    async def restore(self, interaction: discord.Interaction, change: int) -> None:
        await self._answers.give(interaction, lambda: self._workspace.restore_prompt(person_of(interaction), change))
