"""A thread of its own for each new conversation, where whoever runs Parley wants it so."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal
from weakref import WeakValueDictionary

import discord
import structlog
from discord import ChannelType

from bots.discord import rest
from core.errors import Kind, PlatformTrouble
from core.newest import Newest
from storage.incoming import Incoming

log = structlog.get_logger()

# docs: resources/channel, "Start Thread from Message"
OPENABLE = (ChannelType.text, ChannelType.news)
NAME_LIMIT = 100
ARCHIVED_AFTER_MINUTES: Literal[1440] = 1_440
HAS_A_THREAD = "160004"
ASK_AGAIN_S = 600.0
OPENS_WITHIN_S = 60.0
MOST = 10_000


class Openings:
    """Where a thread cannot be opened, the conversation stays in its channel, and it is not tried at once again.

    One at a time in a channel: a message may be heard twice at once, and each would be refused.
    """

    def __init__(self, *, wanted: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._wanted = wanted
        self._clock = clock
        self._refused_until: Newest[int, float] = Newest(MOST)
        self._opening: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def moved(self, incoming: Incoming, channel: Any) -> Incoming:
        """The first message of a conversation, in the thread that was opened for it, if one was.

        What was said while Parley was away is answered, if at all, where it was said.
        """
        age_s = (discord.utils.utcnow() - incoming.sent_at).total_seconds()
        if not self._wanted or age_s > OPENS_WITHIN_S or getattr(channel, "type", None) not in OPENABLE:
            return incoming
        lock = self._opening.setdefault(channel.id, asyncio.Lock())
        async with lock:
            if self._refused_until.get(channel.id, 0.0) > self._clock() or not await self._open(incoming, channel):
                return incoming
        message_id = incoming.message_id
        return replace(incoming, thread_key=f"thread:{message_id}", posts_in=message_id, in_reply_to=message_id)

    async def _open(self, incoming: Incoming, channel: discord.TextChannel) -> bool:
        message = channel.get_partial_message(int(incoming.message_id))
        opening = message.create_thread(name=title(incoming.text), auto_archive_duration=ARCHIVED_AFTER_MINUTES)
        try:
            await rest.call(opening)
        except PlatformTrouble as trouble:
            if trouble.code == HAS_A_THREAD:
                return True
            log.info("thread.not_opened", channel=channel.id, code=trouble.code)
            if trouble.kind in (Kind.DENIED, Kind.INVALID):
                self._refused_until[channel.id] = self._clock() + ASK_AGAIN_S
            return False
        return True


def title(question: str) -> str:
    """A thread's name: the question on one line, as much as fits."""
    line = " ".join(question.split())
    return (line if len(line) <= NAME_LIMIT else f"{line[: NAME_LIMIT - 1]}…") or "Conversation"
