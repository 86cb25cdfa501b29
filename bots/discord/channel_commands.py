"""`/listen` and `/status`: what a channel is set up with, and what is missing for it to work."""

from typing import Any, Literal

import discord
from discord import app_commands

from bots.discord import invite, model_commands
from bots.discord.answers import Answers
from bots.discord.people import person_of
from bots.discord.places import Places
from bots.discord.refusals import missing_in
from bots.parts import Parts
from core.nearby import LISTENS, Nearby
from core.personas import channel_name
from core.settings import Settings
from storage.words import Listening

Command = app_commands.Command[Any, ..., None]


class ChannelCommands:
    def __init__(
        self,
        settings: Settings,
        client: discord.Client,
        nearby: Nearby,
        parts: Parts,
        places: Places,
        answers: Answers,
    ) -> None:
        self._settings = settings
        self._client = client
        self._nearby = nearby
        self._parts = parts
        self._places = places
        self._answers = answers

    def all(self) -> list[Command]:
        return [self._listen(), self._status()]

    def _listen(self) -> Command:
        @app_commands.command(name="listen", description="Which messages of this channel I answer")
        @app_commands.describe(to="Mentions only, conversations that I take part in, too, or every message")
        @app_commands.guild_only()
        @app_commands.default_permissions(manage_channels=True)
        async def listen(interaction: discord.Interaction, to: Literal["mention", "threads", "every"]) -> None:
            await self._answers.give(interaction, lambda: self._set(interaction, Listening(to)))

        return listen

    def _status(self) -> Command:
        @app_commands.command(name="status", description="Whether everything is there that I need here")
        async def status(interaction: discord.Interaction) -> None:
            await self._answers.give(interaction, lambda: self._report(interaction))

        return status

    async def _set(self, interaction: discord.Interaction, listening: Listening) -> str:
        spot = await self._places.spot(interaction.channel, interaction.user.id)
        said = await self._nearby.listen(self._parts.personas, person_of(interaction), spot.place, listening)
        if listening is not Listening.MENTION and not self._client.intents.message_content:
            return f"{said} But the message content intent is off: see `/status`."
        return said

    async def _report(self, interaction: discord.Interaction) -> str:
        spot = await self._places.spot(interaction.channel, interaction.user.id)
        set_up = await self._nearby.set_up(spot.place)
        lines = [
            mark(True, f"The model is `{await model_commands.answering(self._parts, spot.place)}`."),
            mark(True, f"Persona: {set_up.persona or 'none'}."),
        ]
        planned = await self._parts.schedules.planned(spot.place)
        if planned:
            lines.append(mark(True, f"Schedules of this channel: {planned}. See `/schedule list`."))
        if not spot.is_direct:
            lines.append(mark(True, LISTENS[set_up.listening].format(channel_name(spot.place))))
            lines += self._intent()
            lines += permissions(interaction, invite.asked_for(self._settings))
        return "\n".join(lines)

    def _intent(self) -> list[str]:
        if self._client.intents.message_content:
            return [mark(True, "I can read messages that do not mention me.")]
        without = "The message content intent is off: I hear mentions, replies that ping me, and commands only."
        return [mark(False, f"{without} Whoever runs me can switch it on in Discord's developer portal, page Bot.")]


def permissions(interaction: discord.Interaction, asked_for: tuple[invite.Permission, ...]) -> list[str]:
    """What Parley was granted here, a line for what it needs and one for what would help."""
    granted = interaction.app_permissions
    missing = missing_in(granted, in_thread=isinstance(interaction.channel, discord.Thread))
    lines = [mark(False, f"I cannot answer here without: {', '.join(missing)}.")] if missing else []
    lines = lines or [mark(True, "I have every permission to answer here.")]
    helpful = tuple(each for each in asked_for if each not in invite.NEEDED)
    more = [f"{each.name} ({each.purpose})" for each in invite.missing(granted.value, helpful)]
    return [*lines, *([f"• It would help to have: {', '.join(more)}."] if more else [])]


def mark(fine: bool, sentence: str) -> str:
    return f"{'✅' if fine else '❌'} {sentence}"
