"""Where everything that people write, edit and delete goes first: kept in one transaction, then acted on."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from core import wording
from core.dispatch import Dispatcher
from core.errors import PlatformTrouble
from core.replies import Replies
from storage import changes, threads
from storage.database import Database
from storage.incoming import Incoming, Place
from storage.threads import Kept

log = structlog.get_logger()

# A reply does not wait longer than this for what was said before Parley came.
EARLIER_S = 5.0

Earlier = Callable[[], Awaitable[Sequence[Incoming]]]


class Inbox:
    def __init__(self, database: Database, dispatcher: Dispatcher, makers: Replies) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._replies = makers
        self._filling: set[asyncio.Task[None]] = set()

    async def take(self, incoming: Incoming, earlier: Earlier | None = None) -> Kept:
        """Keep a message. When this returns, it is on disk and the platform may be acknowledged.

        `earlier` fetches what was said in its thread before; it is asked only when the thread begins with this message,
        and after that, so that the platform need not wait for it.
        """
        kept = await self._database.run(threads.keep, cleaned(incoming))
        if kept.new:
            log.info(
                "message.kept",
                platform=incoming.place.platform.value,
                channel=incoming.place.channel_id,
                message=incoming.message_id,
                thread=kept.thread_id,
                reply=kept.reply_id,
            )
        if kept.thread_id is not None and kept.reply_id is not None:
            self._answer(kept.thread_id, earlier if kept.opened else None)
        return kept

    async def edit(self, place: Place, message_id: str, text: str, edited_at: datetime) -> None:
        """A person gave a message a new text: what is answered, or remembered, from now on."""
        text = wording.clean(text).strip()
        if await self._database.run(changes.edit, place, message_id, text, edited_at):
            log.info("message.edited", channel=place.channel_id, message=message_id)

    async def remove(self, place: Place, message_id: str) -> None:
        """A message is gone from the platform: forget it, and stop the reply that it asked for or was part of."""
        removed = await self._database.run(changes.remove, place, message_id)
        if removed.reply_id is not None and self._replies.stop(removed.reply_id):
            log.info("reply.stopped", reply=removed.reply_id, by="deletion")

    async def close(self) -> None:
        """Wait for what is still being fetched."""
        await asyncio.gather(*self._filling)

    def _answer(self, thread_id: int, earlier: Earlier | None) -> None:
        if earlier is None:
            self._dispatcher.wake(thread_id)
            return
        task = asyncio.create_task(self._fill(thread_id, earlier))
        self._filling.add(task)
        task.add_done_callback(self._filling.discard)

    async def _fill(self, thread_id: int, earlier: Earlier) -> None:
        try:
            said = await asyncio.wait_for(earlier(), EARLIER_S)
            count = await self._database.run(threads.fill, thread_id, [cleaned(one) for one in said])
            log.info("thread.filled", thread=thread_id, messages=count)
        except (PlatformTrouble, TimeoutError) as trouble:
            log.info("thread.not_filled", thread=thread_id, reason=str(trouble) or "timeout")
        finally:
            self._dispatcher.wake(thread_id)


def cleaned(incoming: Incoming) -> Incoming:
    """The message with texts and names that can be stored and sent on."""
    place = replace(
        incoming.place,
        workspace_name=wording.clean(incoming.place.workspace_name),
        channel_name=wording.clean(incoming.place.channel_name),
    )
    author = replace(incoming.author, name=wording.clean(incoming.author.name))
    before = tuple(cleaned(earlier) for earlier in incoming.before)
    return replace(incoming, place=place, author=author, text=wording.clean(incoming.text).strip(), before=before)
