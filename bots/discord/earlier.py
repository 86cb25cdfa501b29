"""Messages that were there before Parley was asked: what a message replies to, and what a thread already holds."""

import discord
import structlog
from discord import DeletedReferencedMessage, MessageType

from bots.discord import rest
from bots.discord.places import MOST
from core.errors import PlatformTrouble

log = structlog.get_logger()

THREAD_MESSAGES = 50


class Earlier:
    """What cannot be had is left out: an answer that knows less is better than none."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._threads_read: set[int] = set()

    async def replied_to(self, message: discord.Message) -> discord.Message | None:
        """The message that another one replies to, or that a thread begins with; None when it is gone.

        Without `referenced_message` Discord did not look for it (docs: resources/message): then it is fetched. A reply
        is in the channel of its target: from anywhere else nothing is read, as its author may not see that channel.
        """
        reference = message.reference
        if reference is None or message.type not in (MessageType.reply, MessageType.thread_starter_message):
            return None
        if message.type is MessageType.reply and reference.channel_id != message.channel.id:
            return None
        if isinstance(reference.resolved, discord.Message):
            return reference.resolved
        if isinstance(reference.resolved, DeletedReferencedMessage) or reference.message_id is None:
            return None
        return await self._fetched(reference.channel_id, reference.message_id)

    async def in_thread(self, thread_id: int, parent_id: int, until: int) -> list[discord.Message]:
        """The newest messages of a thread before one of its messages, oldest first; read once for each thread.

        The message that a thread was started from stands in the parent channel and has the thread's id
        (docs: topics/threads); the thread holds a notice without text in its place.
        """
        if thread_id in self._threads_read:
            return []
        try:
            newest_first = await rest.call(self._history(thread_id, until))
        except PlatformTrouble as trouble:
            log.info("thread.not_read", thread=thread_id, code=trouble.code)
            return []
        if len(self._threads_read) >= MOST:
            self._threads_read.clear()
        self._threads_read.add(thread_id)
        return [await self._starter_or_itself(message, parent_id) for message in reversed(newest_first)]

    async def _history(self, thread_id: int, until: int) -> list[discord.Message]:
        thread = self._client.get_partial_messageable(thread_id)
        return [message async for message in thread.history(limit=THREAD_MESSAGES, before=discord.Object(until))]

    async def _starter_or_itself(self, message: discord.Message, parent_id: int) -> discord.Message:
        if message.type is not MessageType.thread_starter_message:
            return message
        starter = await self.replied_to(message) or await self._fetched(parent_id, message.channel.id)
        return starter or message

    async def _fetched(self, channel_id: int, message_id: int) -> discord.Message | None:
        try:
            return await rest.call(self._client.get_partial_messageable(channel_id).fetch_message(message_id))
        except PlatformTrouble as trouble:
            log.info("message.not_fetched", message=message_id, code=trouble.code)
            return None
