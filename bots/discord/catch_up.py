"""What was said while nobody listened: Discord sends nothing again to a session that is new.

Only places where something was said since are read: channels and threads say so themselves when a session begins, and
the direct messages that Parley knows are looked into. Fresh questions are answered, older messages are remembered only.
What was heard before is known by its id, so nothing is answered twice. `review` goes through what was changed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import discord
import structlog
from discord.utils import time_snowflake, utcnow

from bots.discord import rest
from bots.discord.errands import Errands
from bots.discord.review import Review
from core.errors import Kind, PlatformTrouble
from core.inbox import Inbox
from storage.whereabouts import Whereabouts
from storage.words import Platform

log = structlog.get_logger()

MOST_PLACES = 50
MOST_DIRECT = 20
MOST_MESSAGES = 100
MOST_KNOWN = 1_000
PATIENCE_S = 300.0
PAUSES_S = (0.5, 2.0, 5.0)
REMEMBERED = timedelta(days=7)
LATER = frozenset({Kind.TRANSIENT, Kind.LIMITED, Kind.UNKNOWN})

Hear = Callable[[discord.Message, bool], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Gap:
    """A place to be read, and the id after which messages may be unknown."""

    channel: Any
    newest: int
    after: int


class CatchUp:
    """`hear` takes a message, and whether it is too late to answer it."""

    def __init__(self, client: discord.AutoShardedClient, errands: Errands, window_s: float) -> None:
        self._client = client
        self._errands = errands
        self._window = timedelta(seconds=window_s)
        self._closing = False

    async def run(self, shard_id: int, inbox: Inbox, hear: Hear, review: Review) -> None:
        """Hear what one shard has missed, and what was changed there; bounded in places, messages and time."""
        if not self._window:
            return
        with self._errands.under_way():
            known = await inbox.whereabouts(Platform.DISCORD, MOST_KNOWN)
            oldest = utcnow() - self._window
            gaps = [*self._channels(shard_id, known, oldest), *self._direct(shard_id, known, oldest)]
            deadline, heard, unread = monotonic() + PATIENCE_S, 0, list(gaps)
            while unread:
                if self._closing or monotonic() > deadline:
                    log.warning("catch_up.cut_short", shard=shard_id, places=len(unread))
                    break
                gap = unread.pop(0)
                messages = await self._read(gap)
                if messages is None:
                    unread.append(gap)
                    continue
                await self._hear_all(messages, oldest, hear)
                heard += len(messages)
            await review.run(shard_id, known, lambda: not self._closing and monotonic() <= deadline)
            log.info("catch_up.done", shard=shard_id, places=len(gaps), messages=heard)

    def stop(self) -> None:
        """Begin with no further place."""
        self._closing = True

    def _channels(self, shard_id: int, known: list[Whereabouts], oldest: datetime) -> list[Gap]:
        """The channels and threads of this shard's servers that were written in, newest first."""
        positions = {each.posts_in: each.position for each in known}
        since, earliest = time_snowflake(oldest), time_snowflake(oldest - REMEMBERED)
        found = []
        for channel in self._readable(shard_id):
            newest = getattr(channel, "last_message_id", None) or 0
            after = min(since, positions.get(str(channel.id), since))
            if newest > max(after, earliest):
                found.append(Gap(channel, newest, after))
        return sorted(found, key=lambda gap: -gap.newest)[:MOST_PLACES]

    def _readable(self, shard_id: int) -> Iterator[Any]:
        for guild in self._client.guilds:
            if guild.shard_id != shard_id or guild.me is None:
                continue
            for channel in (*guild.text_channels, *guild.voice_channels, *guild.stage_channels, *guild.threads):
                if _may_read(channel, guild.me):
                    yield channel

    def _direct(self, shard_id: int, known: list[Whereabouts], oldest: datetime) -> list[Gap]:
        """Direct messages come to shard 0 (docs: events/gateway, "Sharding"); their newest message is not told."""
        if shard_id != 0:
            return []
        since = time_snowflake(oldest)
        direct = [each for each in known if each.workspace_id.startswith("dm:") and each.posts_in.isdecimal()]
        return [
            Gap(self._client.get_partial_messageable(int(each.posts_in)), 0, min(since, each.position))
            for each in direct[:MOST_DIRECT]
        ]

    async def _read(self, gap: Gap) -> list[discord.Message] | None:
        """What was said in a gap; None when it is worth trying again after the others."""
        try:
            return await self._patiently(gap)
        except PlatformTrouble as trouble:
            log.warning("catch_up.not_read", channel=gap.channel.id, code=trouble.code)
            return None if trouble.kind in LATER else []

    async def _patiently(self, gap: Gap) -> list[discord.Message]:
        """Try again what may go through later: nobody looks here again before the next new session."""
        for pause_s in PAUSES_S:
            try:
                return await rest.call(_said_in(gap))
            except PlatformTrouble as trouble:
                if trouble.kind not in LATER:
                    raise
                await asyncio.sleep(trouble.retry_after_s or pause_s)
        return await rest.call(_said_in(gap))

    async def _hear_all(self, messages: list[discord.Message], oldest: datetime, hear: Hear) -> None:
        answered = {message.reference.message_id for message in messages if message.reference and self._is_own(message)}
        for message in messages:
            await hear(message, message.created_at < oldest or message.id in answered)

    def _is_own(self, message: discord.Message) -> bool:
        return self._client.user is not None and message.author.id == self._client.user.id


def _may_read(channel: Any, own: discord.Member) -> bool:
    try:
        granted = channel.permissions_for(own)
    except discord.ClientException:
        return False
    return bool(granted.view_channel and granted.read_message_history)


async def _said_in(gap: Gap) -> list[discord.Message]:
    newest_first = gap.channel.history(limit=MOST_MESSAGES, after=discord.Object(gap.after), oldest_first=False)
    return [message async for message in newest_first][::-1]
