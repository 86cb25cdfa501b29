"""`/prompt …`: what Parley always knows or does on a server."""

import asyncio

import discord
from discord import app_commands

from bots.discord import rights
from bots.discord.answers import Answers, say
from bots.discord.forms import INPUT_LIMIT, TOO_LONG_FOR_A_FORM, Form
from bots.discord.persona_commands import LOOK_UP_S, Instruction
from bots.discord.places import workspace_of
from core.personas import NO_PROMPT, Personas


class PromptCommands(app_commands.Group):
    def __init__(self, personas: Personas, answers: Answers) -> None:
        super().__init__(
            name="prompt",
            description="What Parley always knows or does on this server",
            default_permissions=discord.Permissions(manage_guild=True),
        )
        self._personas = personas
        self._answers = answers

    @app_commands.command(description="The prompt of this server")
    async def show(self, interaction: discord.Interaction) -> None:
        async def deed() -> str:
            return await self._personas.prompt(workspace_of(interaction)) or NO_PROMPT

        await self._answers.give(interaction, deed)

    @app_commands.command(name="set", description="Set the prompt of this server; without a text a form opens")
    @app_commands.describe(text="What Parley should always know or do")
    async def set_(self, interaction: discord.Interaction, text: Instruction | None = None) -> None:
        rights.must_manage_workspace(interaction)
        if text is None:
            await self._open_form(interaction)
            return
        await self._answers.give(interaction, lambda: self._save(interaction, "", text))

    @app_commands.command(description="Let the built-in prompt apply again")
    async def clear(self, interaction: discord.Interaction) -> None:
        rights.must_manage_workspace(interaction)
        await self._answers.give(interaction, lambda: self._personas.clear_prompt(workspace_of(interaction)))

    async def _open_form(self, interaction: discord.Interaction) -> None:
        prompt = await asyncio.wait_for(self._personas.prompt(workspace_of(interaction)), LOOK_UP_S)
        if len(prompt) > INPUT_LIMIT:
            await say(interaction, TOO_LONG_FOR_A_FORM)
            return
        question = "What should I always know or do here?"
        form = Form(self._answers, self._save, "Server prompt", question, None, prompt)
        await interaction.response.send_modal(form)

    async def _save(self, interaction: discord.Interaction, _name: str, text: str) -> str:
        rights.must_manage_workspace(interaction)
        return await self._personas.set_prompt(workspace_of(interaction), text)
