"""Where on Discord something was said: which server, which channel, which thread."""

from dataclasses import dataclass
from typing import Any

import discord

from bots.discord import rest
from core.errors import Kind, PlatformTrouble
from core.newest import Newest
from core.people import WorkspaceRef
from storage.incoming import Place
from storage.words import Platform

MOST = 10_000


@dataclass(frozen=True, slots=True)
class Spot:
    """A place, the channel that answers go to, and the conversation's key where the place itself is one.

    Direct messages and Discord threads are one conversation each; in any other channel `key` is None. A thread has the
    id of the message it was started from, so its key is marked: that message may be the key of another conversation.
    """

    place: Place
    posts_in: str
    guild: discord.Guild | None = None
    key: str | None = None
    thread_id: int | None = None

    @property
    def parent_id(self) -> int:
        return int(self.place.channel_id)

    @property
    def starter_id(self) -> str | None:
        """The message that a thread was started from: with it, its conversation goes on in the thread."""
        return str(self.thread_id) if self.thread_id else None

    @property
    def is_direct(self) -> bool:
        return self.guild is None


class Places:
    """Channels and threads that the gateway did not tell of are asked for once."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._asked_for: Newest[int, Any] = Newest(MOST)

    async def spot(self, channel: Any, person_id: int) -> Spot:
        """Where a channel of discord.py is, for this person. Raises PlatformTrouble."""
        if isinstance(channel, discord.PartialMessageable):
            channel = await self._fetched(channel.id)
        if isinstance(channel, discord.DMChannel):
            return _direct(channel.id, person_id)
        if isinstance(channel, discord.Thread):
            parent = channel.parent
            place = _place(channel.guild, channel.parent_id, parent)
            return Spot(place, str(channel.id), channel.guild, f"thread:{channel.id}", channel.id)
        if not isinstance(channel, discord.abc.GuildChannel):
            raise PlatformTrouble(Kind.MISSING, "no_such_channel")
        return Spot(_place(channel.guild, channel.id, channel), str(channel.id), channel.guild)

    async def of_channel(self, channel_id: int) -> Spot:
        """Where a channel is that only its id is known of. Raises PlatformTrouble."""
        channel = self._client.get_channel(channel_id)
        if not isinstance(channel, discord.Thread | discord.abc.GuildChannel):
            channel = await self._fetched(channel_id)
        recipient = channel.recipient if isinstance(channel, discord.DMChannel) else None
        return await self.spot(channel, recipient.id if recipient else 0)

    async def _fetched(self, channel_id: int) -> Any:
        if channel_id not in self._asked_for:
            self._asked_for[channel_id] = await rest.call(self._client.fetch_channel(channel_id))
        return self._asked_for[channel_id]


def workspace_of(interaction: discord.Interaction) -> WorkspaceRef:
    """The server; the person's own scope in direct messages, and in servers where only they have installed Parley."""
    workspace_id = str(interaction.guild_id) if interaction.is_guild_integration() else f"dm:{interaction.user.id}"
    return WorkspaceRef(Platform.DISCORD, workspace_id)


def place_of(interaction: discord.Interaction) -> Place:
    """Where an interaction is, for a conversation that is held over its token alone."""
    channel = interaction.channel
    known = interaction.is_guild_integration() and channel is not None
    parent_id = channel.parent_id if isinstance(channel, discord.Thread) else interaction.channel_id
    return Place(
        platform=Platform.DISCORD,
        workspace_id=workspace_of(interaction).id,
        channel_id=str(parent_id),
        workspace_name=(interaction.guild.name or "") if known and interaction.guild else "",
        channel_name=channel.name or "" if known and isinstance(channel, discord.abc.GuildChannel) else "",
    )


def _direct(channel_id: int, person_id: int) -> Spot:
    place = Place(platform=Platform.DISCORD, workspace_id=f"dm:{person_id}", channel_id=str(channel_id))
    return Spot(place, str(channel_id), key=str(channel_id))


def _place(guild: discord.Guild, channel_id: int, channel: Any) -> Place:
    """A channel of a server; without the channel itself, its name and topic are unknown."""
    return Place(
        platform=Platform.DISCORD,
        workspace_id=str(guild.id),
        workspace_name=guild.name or "",
        channel_id=str(channel_id),
        channel_name=channel.name if channel else "",
        channel_topic=(getattr(channel, "topic", None) or "") if channel else None,
    )
