"""`/why`, and "Why this answer?" in the menu of a message: what an answer was made from, for who asks alone to see."""

from typing import Any

import discord
from discord import app_commands

from bots.discord.answers import Answers
from bots.discord.people import person_of
from bots.discord.places import Places, place_of
from core.inspection import Inspection
from core.why import render

NAME = "Why this answer?"


class WhyCommands:
    def __init__(self, inspection: Inspection, places: Places, answers: Answers) -> None:
        self._inspection = inspection
        self._places = places
        self._answers = answers

    def all(self) -> list[app_commands.Command[Any, ..., None] | app_commands.ContextMenu]:
        return [self._command(), self._menu()]

    def _command(self) -> app_commands.Command[Any, ..., None]:
        @app_commands.command(name="why", description="What my newest answer here was made from")
        async def why(interaction: discord.Interaction) -> None:
            await self._answers.give(interaction, lambda: self._newest(interaction))

        return why

    def _menu(self) -> app_commands.ContextMenu:
        """Also where only the person has installed Parley: docs: resources/application, "Installation Context"."""

        async def why(interaction: discord.Interaction, message: discord.Message) -> None:
            await self._answers.give(interaction, lambda: self._of_message(interaction, message))

        menu = app_commands.ContextMenu(name=NAME, callback=why)
        menu.allowed_contexts = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
        menu.allowed_installs = app_commands.AppInstallationType(guild=True, user=True)
        return menu

    async def _newest(self, interaction: discord.Interaction) -> str:
        spot = await self._places.spot(interaction.channel, interaction.user.id)
        return render(await self._inspection.newest(spot.place, spot.posts_in, person_of(interaction)))

    async def _of_message(self, interaction: discord.Interaction, message: discord.Message) -> str:
        found = await self._inspection.of_message(place_of(interaction), str(message.id), person_of(interaction))
        return render(found)
