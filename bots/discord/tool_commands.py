"""`/tools …`: which tools there are for personas to list, and the servers that a Discord server brings along."""

from collections.abc import Mapping

import discord
from discord import app_commands
from discord.app_commands import Range

from bots.discord.answers import Answers
from bots.discord.forms import Forms
from bots.discord.people import person_of
from bots.discord.questions import Filled, Form, Question
from core.own_endpoints import KEY_LIMIT, URL_LIMIT
from core.tools import own_servers
from core.tools.own_servers import OwnServers
from storage.tool_servers import ServerFields
from storage.words import Asks

TOOL_SERVER = "tool-server"
NAME_LIMIT = 40
Name = Range[str, 1, NAME_LIMIT]
CHOICES = tuple((asks.value, asks.value) for asks in (Asks.CHANGES, Asks.ALWAYS, Asks.NEVER))


class ToolServerForm:
    name = TOOL_SERVER
    secrets = frozenset({"key"})

    def __init__(self, servers: OwnServers, answers: Answers) -> None:
        self._servers = servers
        self._answers = answers

    async def form(self, interaction: discord.Interaction, about: str, values: Mapping[str, str] | None) -> Form:
        """Raises NotAllowed before anything is typed; what is submitted is checked again."""
        await self._servers.may_set(person_of(interaction))
        filled = values or {}
        address = Question("url", "Address", filled.get("url", ""), "Of an MCP server over HTTP", limit=URL_LIMIT)
        hint = "Kept encrypted, never shown again; empty where none is needed"
        questions = (
            Question("name", "Name", filled.get("name", ""), "Such as tickets", limit=NAME_LIMIT),
            address,
            Question("key", "Key", hint=hint, required=False, limit=KEY_LIMIT),
            Question("asks", "Asks before", filled.get("asks") or Asks.CHANGES.value, required=False, choices=CHOICES),
        )
        return Form(f"{TOOL_SERVER}:", "A server of tools", questions)

    async def submitted(self, interaction: discord.Interaction, about: str, given: Filled) -> None:
        values = given.values
        asks = values.get("asks") or Asks.CHANGES.value
        fields = ServerFields(name=values["name"], url=values["url"], key=values["key"] or None, asks=asks)
        await self._answers.give(interaction, lambda: self._servers.set(person_of(interaction), fields))


class ToolCommands(app_commands.Group):
    def __init__(self, servers: OwnServers, forms: Forms, answers: Answers) -> None:
        super().__init__(
            name="tools",
            description="The tools that personas can list",
            guild_only=True,
            default_permissions=discord.Permissions(manage_guild=True),
        )
        self._servers = servers
        self._forms = forms
        self._answers = answers

    @app_commands.command(name="list", description="The tools that come along, and the servers of others")
    async def list_(self, interaction: discord.Interaction) -> None:
        async def deed() -> str:
            return own_servers.told(await self._servers.listed(person_of(interaction)), self._servers.built_in)

        await self._answers.give(interaction, deed)

    @app_commands.command(description="The tools of a server")
    @app_commands.describe(server="The server's name")
    async def show(self, interaction: discord.Interaction, server: Name) -> None:
        async def deed() -> str:
            return own_servers.told_tools(server, await self._servers.tools(person_of(interaction), server))

        await self._answers.give(interaction, deed)

    @app_commands.command(name="set", description="Bring a server of tools along, in a form")
    async def set_(self, interaction: discord.Interaction) -> None:
        await self._forms.open(interaction, f"{TOOL_SERVER}:")

    @app_commands.command(description="Remove a server of tools with its key")
    @app_commands.describe(server="The server's name")
    async def remove(self, interaction: discord.Interaction, server: Name) -> None:
        await self._answers.give(interaction, lambda: self._servers.remove(person_of(interaction), server))
