"""`/stop`, `/regenerate` and `/new`: what people do with the conversation that they are in."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import app_commands

from bots.discord.answers import Answers
from bots.discord.events import Events
from bots.discord.people import person_of
from bots.discord.places import Places, Spot
from core import texts
from core.control import Control, Refused
from core.nearby import Nearby

STOPPING = "I stop here; what I have said stays."
ANSWERING_ANEW = "I answer that anew."

Command = app_commands.Command[Any, ..., None]


class ReplyCommands:
    """Each is acknowledged first, and answered so that the person alone sees it."""

    def __init__(self, nearby: Nearby, control: Control, places: Places, events: Events, answers: Answers) -> None:
        self._nearby = nearby
        self._control = control
        self._places = places
        self._events = events
        self._answers = answers

    def all(self) -> list[Command]:
        return [self._stop(), self._regenerate(), self._new()]

    def _stop(self) -> Command:
        async def deed(interaction: discord.Interaction, spot: Spot) -> str:
            await self._nearby.stop(self._control, spot.place, spot.posts_in, person_of(interaction))
            return STOPPING

        @app_commands.command(name="stop", description="Stop the answer that is being made here")
        async def stop(interaction: discord.Interaction) -> None:
            await self._give(interaction, deed)

        return stop

    def _regenerate(self) -> Command:
        async def deed(interaction: discord.Interaction, spot: Spot) -> str:
            await self._nearby.again(self._control, spot.place, spot.posts_in, person_of(interaction))
            return ANSWERING_ANEW

        @app_commands.command(name="regenerate", description="Make another version of the newest answer here")
        async def regenerate(interaction: discord.Interaction) -> None:
            await self._give(interaction, deed)

        return regenerate

    def _new(self) -> Command:
        async def deed(_: discord.Interaction, spot: Spot) -> str:
            key, _starter = await self._events.conversation(spot)
            if not key:
                return texts.ALWAYS_ANEW
            return await self._nearby.begin_anew(spot.place, key, spot.posts_in)

        @app_commands.command(name="new", description="Begin a new conversation here, without what was said before")
        async def new(interaction: discord.Interaction) -> None:
            await self._give(interaction, deed)

        return new

    async def _give(
        self, interaction: discord.Interaction, deed: Callable[[discord.Interaction, Spot], Awaitable[str]]
    ) -> None:
        async def done() -> str:
            spot = await self._places.spot(interaction.channel, interaction.user.id)
            try:
                return await deed(interaction, spot)
            except Refused as refusal:
                return str(refusal)

        await self._answers.give(interaction, done)
