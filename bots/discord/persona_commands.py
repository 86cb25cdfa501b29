"""`/persona …`: the personas of a server, and which channel speaks with which.

Whoever manages the server may name others who change them, so the commands are hidden from nobody by default; what
somebody may do is checked when they do it.
"""

import discord
from discord import app_commands

from bots.discord import histories, persona_cards
from bots.discord.answers import Answers
from bots.discord.choices import Choices, Offers
from bots.discord.people import person_of
from bots.discord.persona_options import Command, Name
from bots.discord.places import Places, workspace_of
from core.personas import Personas, listing
from storage.personas import PersonaEdit
from storage.problems import NotPossible


class PersonaCommands(app_commands.Group):
    def __init__(self, personas: Personas, places: Places, offers: Offers, answers: Answers, *more: Command) -> None:
        super().__init__(name="persona", description="How Parley answers in a channel")
        self._personas = personas
        self._places = places
        self._offers = offers
        self._answers = answers
        for command in more:
            self.add_command(command)

    async def _names(self, interaction: discord.Interaction, current: str) -> Choices:
        return await self._offers.personas(interaction, current)

    async def _starters(self, interaction: discord.Interaction, current: str) -> Choices:
        return await self._offers.starters(interaction, current)

    async def _changes(self, interaction: discord.Interaction, current: str) -> list[app_commands.Choice[int]]:
        return await self._offers.persona_changes(interaction, current)

    @app_commands.command(name="list", description="The personas of this server")
    async def list_(self, interaction: discord.Interaction) -> None:
        async def deed() -> str:
            may_change = await self._personas.rights.changes_workspace(person_of(interaction))
            return listing(await self._personas.listed(workspace_of(interaction)), with_channels=may_change)

        await self._answers.give(interaction, deed)

    @app_commands.command(description="What a persona is told")
    @app_commands.describe(name="The persona")
    @app_commands.autocomplete(name=_names)
    async def show(self, interaction: discord.Interaction, name: Name) -> None:
        await self._answers.show(interaction, lambda: persona_cards.card(self._personas, interaction, name))

    @app_commands.command(description="Give a persona another name")
    @app_commands.describe(name="The persona", to="What it shall be called")
    @app_commands.autocomplete(name=_names)
    async def rename(self, interaction: discord.Interaction, name: Name, to: Name) -> None:
        by, changes = person_of(interaction), PersonaEdit(name=to)
        await self._answers.give(interaction, lambda: self._personas.edit(by, name, changes))

    @app_commands.command(description="Let this channel speak with a persona")
    @app_commands.describe(name="The persona")
    @app_commands.autocomplete(name=_names)
    async def assign(self, interaction: discord.Interaction, name: Name) -> None:
        async def deed() -> str:
            spot = await self._places.spot(interaction.channel, interaction.user.id)
            return await self._personas.assign(person_of(interaction), spot.place, name)

        await self._answers.give(interaction, deed)

    @app_commands.command(description="Let this channel speak without a persona")
    async def clear(self, interaction: discord.Interaction) -> None:
        async def deed() -> str:
            spot = await self._places.spot(interaction.channel, interaction.user.id)
            return await self._personas.clear(person_of(interaction), spot.place)

        await self._answers.give(interaction, deed)

    @app_commands.command(description="Delete a persona; its history stays")
    @app_commands.describe(name="The persona")
    @app_commands.autocomplete(name=_names)
    async def delete(self, interaction: discord.Interaction, name: Name) -> None:
        await self._answers.give(interaction, lambda: self._personas.delete(person_of(interaction), name))

    @app_commands.command(description="Who changed a persona, when, and what it was before")
    @app_commands.describe(name="The persona, also one that was deleted", change="Show the texts of this change")
    @app_commands.autocomplete(name=_names)
    @app_commands.autocomplete(change=_changes)
    async def history(self, interaction: discord.Interaction, name: Name, change: int | None = None) -> None:
        async def deed() -> str:
            if change is None:
                return histories.lines(await self._personas.history(person_of(interaction), name, most=20))
            found = await self._personas.history(person_of(interaction), name, before_id=change + 1, most=1)
            if not found or found[0].id != change:
                raise NotPossible(f"The history of {name!r} has no change {change}.")
            return histories.whole(found[0])

        await self._answers.give(interaction, deed)

    @app_commands.command(description="Make a persona what it was after a change")
    @app_commands.describe(name="The persona, also one that was deleted", change="The number of the change")
    @app_commands.autocomplete(name=_names)
    @app_commands.autocomplete(change=_changes)
    async def restore(self, interaction: discord.Interaction, name: Name, change: int) -> None:
        await self._answers.give(interaction, lambda: self._personas.restore(person_of(interaction), name, change))

    @app_commands.command(description="Personas to begin with: list them, or add one")
    @app_commands.describe(add="The one to add to this server")
    @app_commands.autocomplete(add=_starters)
    async def starters(self, interaction: discord.Interaction, add: Name | None = None) -> None:
        async def deed() -> str:
            if add is not None:
                return await self._personas.add_starter(person_of(interaction), add)
            listed = "\n".join(f"• **{one.name}**: {one.purpose}" for one in self._personas.starters())
            return f"{listed}\nAdd one with `/persona starters add:`, and change it as you like."

        await self._answers.give(interaction, deed)
