"""`/use …`: who may use Parley on a server, and which words are blocked.

They are hidden from all but those who may Manage Server; it is checked again when they are used.
"""

import discord
from discord import app_commands

from bots.discord import markup
from bots.discord.access_commands import named
from bots.discord.answers import Answers
from bots.discord.people import person_of
from core.access import AccessLists, told
from storage.access import CHANNEL

Subject = discord.Member | discord.Role | discord.TextChannel


class UseCommands(app_commands.Group):
    def __init__(self, access: AccessLists, answers: Answers) -> None:
        super().__init__(
            name="use",
            description="Who may use me on this server, and which words are blocked",
            guild_only=True,
            default_permissions=discord.Permissions(manage_guild=True),
        )
        self._access = access
        self._answers = answers

    @app_commands.command(description="Who may use me, and what is blocked")
    async def show(self, interaction: discord.Interaction) -> None:
        async def deed() -> str:
            return told(await self._access.shown(person_of(interaction)))

        await self._answers.give(interaction, deed)

    @app_commands.command(description="Let a member, a role or a channel use me, and nobody who is not allowed")
    @app_commands.describe(who="A member or a role", channel="A channel")
    async def allow(
        self,
        interaction: discord.Interaction,
        who: discord.Member | discord.Role | None = None,
        channel: discord.TextChannel | None = None,
    ) -> None:
        await self._answers.give(
            interaction, lambda: self._access.allow(person_of(interaction), *_meant(who or channel))
        )

    @app_commands.command(description="Let a member, a role or a channel not use me")
    @app_commands.describe(who="A member or a role", channel="A channel")
    async def deny(
        self,
        interaction: discord.Interaction,
        who: discord.Member | discord.Role | None = None,
        channel: discord.TextChannel | None = None,
    ) -> None:
        await self._answers.give(
            interaction, lambda: self._access.deny(person_of(interaction), *_meant(who or channel))
        )

    @app_commands.command(description="Take back that somebody was allowed or denied")
    @app_commands.describe(who="A member or a role", channel="A channel")
    async def lift(
        self,
        interaction: discord.Interaction,
        who: discord.Member | discord.Role | None = None,
        channel: discord.TextChannel | None = None,
    ) -> None:
        kind, id_, _ = _meant(who or channel)
        await self._answers.give(interaction, lambda: self._access.lift(person_of(interaction), kind, id_))

    @app_commands.command(description="Which words neither a question nor an answer may have")
    @app_commands.describe(words="The words, with commas; none to block none")
    async def words(self, interaction: discord.Interaction, words: str = "") -> None:
        await self._answers.give(interaction, lambda: self._access.set_words(person_of(interaction), words.split(",")))


def _meant(subject: Subject | None) -> tuple[str, str, str]:
    """How core names a member, a role or a channel: kind, id and name."""
    if subject is None:
        return "", "", ""
    if isinstance(subject, discord.TextChannel):
        return CHANNEL, str(subject.id), f"#{markup.one_line(subject.name)}"
    return named(subject)
