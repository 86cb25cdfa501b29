"""`/persona …`: the personas of a server, and which channel speaks with which."""

import asyncio

import discord
from discord import app_commands, ui
from discord.app_commands import Choice, Range

from bots.discord import rights
from bots.discord.answers import Answers, say
from bots.discord.forms import INPUT_LIMIT, TOO_LONG_FOR_A_FORM, Form, edit_button
from bots.discord.places import Places, workspace_of
from core.personas import Personas, listing
from storage.personas import NAME_LIMIT

# docs: interactions/application-commands: a string option has at most 6,000 characters, a choice's name 100.
OPTION_LIMIT = 6_000
MOST_CHOICES = 25
# An interaction must be answered within three seconds, and people wait for choices while they type.
CHOICES_S = 0.8
LOOK_UP_S = 2.0
QUESTION = "How should it answer?"

Name = Range[str, 1, NAME_LIMIT]
Instruction = Range[str, 1, OPTION_LIMIT]


class PersonaCommands(app_commands.Group):
    def __init__(self, personas: Personas, places: Places, answers: Answers) -> None:
        super().__init__(
            name="persona",
            description="How Parley answers in a channel",
            default_permissions=discord.Permissions(manage_guild=True),
        )
        self._personas = personas
        self._places = places
        self._answers = answers
        self.edit_button = edit_button(answers, self._open_edit_form)

    async def _names(self, interaction: discord.Interaction, current: str) -> list[Choice[str]]:
        """The personas whose names have what was typed so far in them."""
        try:
            known = await asyncio.wait_for(self._personas.listed(workspace_of(interaction)), CHOICES_S)
        except TimeoutError:
            return []
        names = [one.persona.name for one in known if current.casefold() in one.persona.name.casefold()]
        return [Choice(name=name, value=name) for name in names[:MOST_CHOICES]]

    @app_commands.command(name="list", description="The personas of this server")
    async def list_(self, interaction: discord.Interaction) -> None:
        async def deed() -> str:
            return listing(await self._personas.listed(workspace_of(interaction)))

        await self._answers.give(interaction, deed)

    @app_commands.command(description="What a persona is told")
    @app_commands.describe(name="The persona")
    @app_commands.autocomplete(name=_names)
    async def show(self, interaction: discord.Interaction, name: Name) -> None:
        await self._answers.show(interaction, lambda: self._shown(interaction, name))

    @app_commands.command(description="Make a persona; without an instruction a form opens")
    @app_commands.describe(name="What it is called", instruction="How it should answer")
    async def create(
        self, interaction: discord.Interaction, name: Name | None = None, instruction: Instruction | None = None
    ) -> None:
        rights.must_manage_workspace(interaction)
        if instruction is None:
            form = Form(self._answers, self._create, "New persona", QUESTION, name or "", "")
            await interaction.response.send_modal(form)
            return
        await self._answers.give(interaction, lambda: self._create(interaction, name or "", instruction))

    @app_commands.command(description="Change a persona; without an instruction a form opens")
    @app_commands.describe(name="The persona", instruction="How it should answer from now on")
    @app_commands.autocomplete(name=_names)
    async def edit(self, interaction: discord.Interaction, name: Name, instruction: Instruction | None = None) -> None:
        rights.must_manage_workspace(interaction)
        if instruction is None:
            await self._open_edit_form(interaction, name)
            return
        workspace = workspace_of(interaction)
        await self._answers.give(interaction, lambda: self._personas.edit(workspace, name, instruction))

    @app_commands.command(description="Let this channel speak with a persona")
    @app_commands.describe(name="The persona")
    @app_commands.autocomplete(name=_names)
    async def assign(self, interaction: discord.Interaction, name: Name) -> None:
        rights.must_manage_channel(interaction)

        async def deed() -> str:
            spot = await self._places.spot(interaction.channel, interaction.user.id)
            return await self._personas.assign(spot.place, name)

        await self._answers.give(interaction, deed)

    @app_commands.command(description="Let this channel speak without a persona")
    async def clear(self, interaction: discord.Interaction) -> None:
        rights.must_manage_channel(interaction)

        async def deed() -> str:
            spot = await self._places.spot(interaction.channel, interaction.user.id)
            return await self._personas.clear(spot.place)

        await self._answers.give(interaction, deed)

    @app_commands.command(description="Delete a persona")
    @app_commands.describe(name="The persona")
    @app_commands.autocomplete(name=_names)
    async def delete(self, interaction: discord.Interaction, name: Name) -> None:
        rights.must_manage_workspace(interaction)
        await self._answers.give(interaction, lambda: self._personas.delete(workspace_of(interaction), name))

    async def on_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError, /) -> None:
        """Nothing here: the tree answers every error."""

    async def _shown(self, interaction: discord.Interaction, name: str) -> tuple[str, ui.View]:
        persona = await self._personas.find(workspace_of(interaction), name)
        view = ui.View(timeout=None)
        view.add_item(self.edit_button(persona.name))
        return f"{persona.name}:\n{persona.instruction}", view

    async def _create(self, interaction: discord.Interaction, name: str, instruction: str) -> str:
        rights.must_manage_workspace(interaction)
        return await self._personas.create(workspace_of(interaction), name, instruction)

    async def _open_edit_form(self, interaction: discord.Interaction, name: str) -> None:
        """A form must be the first answer, so the text that it begins with is looked up before."""
        rights.must_manage_workspace(interaction)
        workspace = workspace_of(interaction)
        persona = await asyncio.wait_for(self._personas.find(workspace, name), LOOK_UP_S)
        if len(persona.instruction) > INPUT_LIMIT:
            await say(interaction, TOO_LONG_FOR_A_FORM)
            return

        async def save(submission: discord.Interaction, _name: str, instruction: str) -> str:
            rights.must_manage_workspace(submission)
            return await self._personas.edit(workspace, persona.name, instruction)

        form = Form(self._answers, save, "Persona", QUESTION, None, persona.instruction)
        await interaction.response.send_modal(form)
