"""`/usage` and `/cap …`: what was used, with a chart, and what may be spent."""

import io
from dataclasses import replace
from typing import Any, Literal

import discord
from discord import app_commands
from discord.app_commands import Range

from bots.discord import markup, rest
from bots.discord.answers import Answers, say
from bots.discord.people import person_of
from core import caps, charts, usage
from core.caps import Caps
from core.usage import Usage
from storage.caps import Cap
from storage.usage import Facet
from storage.words import Period, Reach, Unit

By = Literal["day", "person", "channel", "persona", "model"]
Whose = Literal["mine", "everybody's"]
For = Literal["server", "channel", "person"]
Often = Literal["day", "month"]
Day = Range[str, 7, 10]
CHART = "usage.png"
ONE_OF_THEM = "A limit for the server names no channel and no person; name a channel or a person where it is for one."


def usage_command(used: Usage, answers: Answers) -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name="usage", description="What was used this month, and what it cost")
    @app_commands.describe(
        whose="Your own, or everybody's on this server (for admins)",
        by="By what it is divided up; the days, if you leave this out",
        since="The first day, such as 2026-11-22, or a month such as 2026-11",
        until="The last day",
    )
    async def show(
        interaction: discord.Interaction,
        whose: Whose = "mine",
        by: By = "day",
        since: Day | None = None,
        until: Day | None = None,
    ) -> None:
        with answers.errands.under_way():
            await rest.call(interaction.response.defer(ephemeral=True, thinking=True))
            asked = used.own if whose == "mine" else used.whole
            report = await asked(person_of(interaction), Facet(by), since or "", until or "")
            if not report.lines:
                await say(interaction, usage.told(report))
                return
            picture = await charts.picture(report)
            await say(interaction, usage.told(report), file=discord.File(io.BytesIO(picture), CHART))

    return show


class CapCommands(app_commands.Group):
    def __init__(self, limits: Caps, answers: Answers) -> None:
        super().__init__(
            name="cap",
            description="What may be spent on this server",
            guild_only=True,
            default_permissions=discord.Permissions(manage_guild=True),
        )
        self._caps = limits
        self._answers = answers

    @app_commands.command(name="list", description="What may be spent, by all, in channels, and by people")
    async def list_(self, interaction: discord.Interaction) -> None:
        async def deed() -> str:
            return caps.listing(await self._caps.listed(person_of(interaction)))

        await self._answers.give(interaction, deed)

    @app_commands.command(name="set", description="Set what may be spent at most")
    @app_commands.describe(
        reach="What it holds for; each channel or person by itself, unless one is named",
        period="How long it holds",
        amount="Such as $5 or 20000 tokens",
        channel="One channel, in place of each",
        person="One person, in place of each",
    )
    async def set_(
        self,
        interaction: discord.Interaction,
        reach: For,
        period: Often,
        amount: Range[str, 1, 40],
        channel: discord.abc.GuildChannel | None = None,
        person: discord.Member | None = None,
    ) -> None:
        async def deed() -> str:
            given = caps.amount(amount)
            cap = _of(_bare(reach, period, given.unit, given.count), channel, person)
            return await self._caps.put(person_of(interaction), cap)

        await self._answers.give(interaction, deed)

    @app_commands.command(description="Take a limit back")
    @app_commands.describe(
        reach="What it holds for",
        period="How long it holds",
        unit="Whether it is in dollars or in tokens",
        channel="One channel",
        person="One person",
    )
    async def clear(
        self,
        interaction: discord.Interaction,
        reach: For,
        period: Often,
        unit: Literal["usd", "tokens"] = "usd",
        channel: discord.abc.GuildChannel | None = None,
        person: discord.Member | None = None,
    ) -> None:
        async def deed() -> str:
            cap = _of(_bare(reach, period, Unit(unit), 0), channel, person)
            return await self._caps.remove(person_of(interaction), cap)

        await self._answers.give(interaction, deed)


def _bare(reach: str, period: str, unit: Unit, amount: int) -> Cap:
    of = Reach.WORKSPACE if reach == "server" else Reach(reach)
    return Cap(reach=of, period=Period(period), unit=unit, amount=amount)


def _of(cap: Cap, channel: discord.abc.GuildChannel | None, person: discord.Member | None) -> Cap:
    """The cap with who was named. Raises NotPossible when that does not go with what it holds for."""
    if (channel is not None and cap.reach is not Reach.CHANNEL) or (
        person is not None and cap.reach is not Reach.PERSON
    ):
        raise caps.unfit(ONE_OF_THEM)
    if channel is not None:
        return replace(cap, subject=str(channel.id), name=f"#{markup.one_line(channel.name)}")
    if person is not None:
        return replace(cap, subject=str(person.id), name=markup.one_line(person.display_name))
    return cap
