"""What is offered while people type. It is soon there or not at all; whatever is sent is checked like any other."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar
from zoneinfo import available_timezones

import discord
from discord.app_commands import Choice

from bots.discord.people import person_of
from bots.discord.persona_forms import Offered
from bots.discord.places import workspace_of
from core.errors import PlatformTrouble
from core.personas import Personas
from core.workspace import WorkspaceSettings
from storage.problems import NotPossible
from storage.tables import Change

# docs: interactions/application-commands: at most 25 choices, their names and values of at most 100 characters.
MOST = 25
LONGEST = 100
WITHIN_S = 0.8

T = TypeVar("T")
Choices = list[Choice[str]]


class Offers:
    """Each answers an autocomplete interaction, with what contains the text typed so far."""

    def __init__(self, personas: Personas, workspace: WorkspaceSettings, offered: Offered) -> None:
        self._personas = personas
        self._workspace = workspace
        self._offered = offered

    async def personas(self, interaction: discord.Interaction, current: str) -> Choices:
        async def names() -> list[str]:
            return [one.persona.name for one in await self._personas.listed(workspace_of(interaction))]

        return fitting(await soon(names()), current)

    async def starters(self, interaction: discord.Interaction, current: str) -> Choices:
        return fitting((one.name for one in self._personas.starters()), current)

    async def models(self, interaction: discord.Interaction, current: str) -> Choices:
        async def names() -> list[str]:
            return list(self._offered(await self._workspace.configuration(workspace_of(interaction))))

        return fitting(await soon(names()), current)

    async def timezones(self, interaction: discord.Interaction, current: str) -> Choices:
        return fitting(sorted(available_timezones()), current.replace(" ", "_"))

    async def persona_changes(self, interaction: discord.Interaction, current: str) -> list[Choice[int]]:
        """The versions of the persona that is named in the same command."""
        name = str(interaction.namespace.name or "")
        return versions(await soon(self._personas.history(person_of(interaction), name, most=MOST)), current)

    async def prompt_changes(self, interaction: discord.Interaction, current: str) -> list[Choice[int]]:
        return versions(await soon(self._workspace.prompt_history(person_of(interaction), most=MOST)), current)


async def soon(found: Awaitable[list[T]]) -> list[T]:
    """What is found in time; nothing where somebody may not see it."""
    try:
        return await asyncio.wait_for(found, WITHIN_S)
    except (TimeoutError, NotPossible, PlatformTrouble):
        return []


def fitting(names: Iterable[str], current: str) -> Choices:
    fit = [name for name in names if current.casefold() in name.casefold() and len(name) <= LONGEST]
    return [Choice(name=name, value=name) for name in fit[:MOST]]


def versions(changes: Iterable[Change], current: str) -> list[Choice[int]]:
    """Changes by number, moment and person."""
    named = ((f"{one.id}: {one.at:%Y-%m-%d %H:%M} UTC, {one.actor_name}, {one.deed}", one.id or 0) for one in changes)
    return [Choice(name=name[:LONGEST], value=number) for name, number in named if current in name][:MOST]
