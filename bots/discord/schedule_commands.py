"""`/schedule …`: what is answered again and again, without anybody asking for it each time."""

from dataclasses import replace
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import AppCommandChannel, AppCommandThread, Choice, Range

from bots.discord.answers import Answers
from bots.discord.choices import LONGEST, MOST, Choices, fitting, soon
from bots.discord.people import person_of
from bots.discord.places import Places, Spot, place_of, workspace_of
from core import phrases
from core.people import Person
from core.schedules import PROMPT_LIMIT, Schedules, line, listing
from storage.problems import NotPossible

SUGGESTED = ("every weekday 09:00", "every Monday at 9:00", "daily 8:30", "on the 1st at 10:00", "tomorrow 9:00")
When = Range[str, 1, phrases.LIMIT]
Prompt = Range[str, 1, PROMPT_LIMIT]
Where = AppCommandChannel | AppCommandThread


class ScheduleCommands(app_commands.Group):
    def __init__(self, schedules: Schedules, places: Places, answers: Answers) -> None:
        super().__init__(name="schedule", description="What I answer by myself, and when")
        self._schedules = schedules
        self._places = places
        self._answers = answers

    async def _whens(self, interaction: discord.Interaction, current: str) -> Choices:
        """What was typed with the next times that it stands for, or what one may type."""
        if not current.strip():
            return fitting(SUGGESTED, "")

        async def understood() -> list[str]:
            return [str(await self._schedules.preview(workspace_of(interaction), current))]

        return [
            Choice(name=f"{current} → {times}"[:LONGEST], value=current[:LONGEST])
            for times in await soon(understood())
            if len(current) <= LONGEST
        ] or fitting(SUGGESTED, current)

    async def _numbers(self, interaction: discord.Interaction, current: str) -> list[Choice[int]]:
        found = await soon(self._schedules.listed(person_of(interaction), place_of(interaction)))
        named = ((line(one).removeprefix("• "), one.id) for one in found)
        fit = [Choice(name=name[:LONGEST], value=id_) for name, id_ in named if current.casefold() in name.casefold()]
        return fit[:MOST]

    @app_commands.command(description="Have something answered at certain times")
    @app_commands.describe(
        when="Such as “every weekday 09:00”, “every Monday at 9” or “tomorrow 9:00”",
        prompt="What I should answer then",
        channel="Where the answers go; here, if you leave this out",
    )
    @app_commands.autocomplete(when=_whens)
    async def add(
        self, interaction: discord.Interaction, when: When, prompt: Prompt, channel: Where | None = None
    ) -> None:
        async def deed() -> str:
            spot = await self._spot(interaction, channel)
            by = person_of(interaction) if channel is None else person_in(interaction, spot, channel)
            return await self._schedules.add(
                by, spot.place, when, prompt, posts_in=spot.posts_in, thread_key=spot.key or ""
            )

        await self._answers.give(interaction, deed)

    @app_commands.command(name="list", description="What I answer by myself, and when")
    async def list_(self, interaction: discord.Interaction) -> None:
        async def deed() -> str:
            return listing(await self._schedules.listed(person_of(interaction), place_of(interaction)))

        await self._answers.give(interaction, deed)

    @app_commands.command(description="Let a schedule rest until it is resumed")
    @app_commands.describe(number="The schedule")
    @app_commands.autocomplete(number=_numbers)
    async def pause(self, interaction: discord.Interaction, number: int) -> None:
        await self._answers.give(interaction, lambda: self._schedules.pause(person_of(interaction), number))

    @app_commands.command(description="Let a schedule go on")
    @app_commands.describe(number="The schedule")
    @app_commands.autocomplete(number=_numbers)
    async def resume(self, interaction: discord.Interaction, number: int) -> None:
        await self._answers.give(interaction, lambda: self._schedules.resume(person_of(interaction), number))

    @app_commands.command(name="run-now", description="Have a schedule answered at once")
    @app_commands.describe(number="The schedule")
    @app_commands.autocomplete(number=_numbers)
    async def run_now(self, interaction: discord.Interaction, number: int) -> None:
        await self._answers.give(interaction, lambda: self._schedules.run_now(person_of(interaction), number))

    @app_commands.command(description="End a schedule for good")
    @app_commands.describe(number="The schedule")
    @app_commands.autocomplete(number=_numbers)
    async def remove(self, interaction: discord.Interaction, number: int) -> None:
        await self._answers.give(interaction, lambda: self._schedules.remove(person_of(interaction), number))

    async def _spot(self, interaction: discord.Interaction, channel: Where | None) -> Spot:
        """Where the answers go. Raises NotPossible for what is no place to talk in."""
        if channel is None:
            return await self._places.spot(interaction.channel, interaction.user.id)
        if channel.type in (discord.ChannelType.category, discord.ChannelType.forum, discord.ChannelType.media):
            raise NotPossible("Messages cannot be posted there: choose a channel or a thread.")
        return await self._places.of_channel(channel.id)


def person_in(interaction: discord.Interaction, spot: Spot, channel: Where) -> Person:
    """Who used a command, with what Discord says that they may in the channel that they chose."""
    by = person_of(interaction)
    granted: Any = channel.permissions

    async def manages_channel(channel_id: str) -> bool:
        is_it = channel_id == spot.place.channel_id
        return await by.manages() or (is_it and granted.view_channel and granted.manage_channels)

    return replace(by, manages_channel=manages_channel)
