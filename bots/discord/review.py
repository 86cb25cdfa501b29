"""What was edited and deleted while nobody listened, in the conversations that Parley takes part in.

Discord tells of neither again. The newest messages of each place are read once when a session begins: edits are in
them, and what is known but not among them is looked for, and forgotten when it is gone.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import discord
import structlog

from bots.discord import rest
from bots.discord.changes import Changes
from core.errors import Kind, PlatformTrouble
from core.inbox import Inbox
from storage.whereabouts import Whereabouts
from storage.words import Platform

log = structlog.get_logger()

MOST_PLACES = 25
MOST_MESSAGES = 50
MOST_LOOKED_FOR = 20


@dataclass(frozen=True, slots=True)
class Read:
    """The newest messages of a place; `since` is the id from which on they are all there."""

    messages: list[discord.Message]
    since: int


class Review:
    def __init__(self, client: discord.AutoShardedClient, inbox: Inbox, changes: Changes) -> None:
        self._client = client
        self._inbox = inbox
        self._changes = changes

    async def run(self, shard_id: int, known: list[Whereabouts], going_on: Callable[[], bool]) -> None:
        """Catch up with the places of one shard, newest first, for as long as `going_on` holds."""
        places = [each for each in known if each.posts_in.isdecimal() and self._is_on(shard_id, each)]
        for place in places[:MOST_PLACES]:
            if not going_on():
                return
            try:
                await self._review(self._channel(place))
            except PlatformTrouble as trouble:
                log.info("review.not_read", channel=place.posts_in, code=trouble.code)

    def _is_on(self, shard_id: int, place: Whereabouts) -> bool:
        if place.workspace_id.startswith("dm:"):
            return shard_id == 0
        guild = self._client.get_guild(int(place.workspace_id))
        return guild is not None and guild.shard_id == shard_id

    def _channel(self, place: Whereabouts) -> Any:
        """The channel, with its server: what may be read of it depends on that."""
        channel_id = int(place.posts_in)
        guild_id = None if place.workspace_id.startswith("dm:") else int(place.workspace_id)
        partial = self._client.get_partial_messageable(channel_id, guild_id=guild_id)
        return self._client.get_channel(channel_id) or partial

    async def _review(self, channel: Any) -> None:
        channel_id = channel.id
        read = await rest.call(_newest(channel))
        for message in read.messages:
            if message.edited_at is not None:
                await self._changes.edited(message)
        kept = await self._inbox.kept_in(Platform.DISCORD, str(channel_id), read.since)
        missing = sorted({int(each) for each in kept if each.isdecimal()} - {each.id for each in read.messages})
        gone = [each for each in missing[-MOST_LOOKED_FOR:] if await self._is_gone(channel_id, each)]
        if gone:
            await self._changes.removed(channel_id, *gone)
            log.info("review.removed", channel=channel_id, messages=len(gone))

    async def _is_gone(self, channel_id: int, message_id: int) -> bool:
        """Gone from both places where it may be: a thread's first message stands in the channel that has the thread."""
        channel = self._client.get_channel(channel_id)
        parent_id = channel.parent_id if isinstance(channel, discord.Thread) else channel_id
        return await self._lacks(channel_id, message_id) and await self._lacks(parent_id, message_id)

    async def _lacks(self, channel_id: int, message_id: int) -> bool:
        looked_for: Awaitable[Any] = self._client.http.get_message(channel_id, message_id)
        try:
            await rest.call(looked_for)
        except PlatformTrouble as trouble:
            if trouble.kind is Kind.MISSING:
                return True
            raise
        return False


async def _newest(channel: Any) -> Read:
    messages = [message async for message in channel.history(limit=MOST_MESSAGES)]
    return Read(messages, messages[-1].id if len(messages) == MOST_MESSAGES else 0)
