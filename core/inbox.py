"""Where everything that people write, edit and delete goes first: kept in one transaction, then acted on."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from core import wording
from core.dispatch import Dispatcher
from core.errors import PlatformTrouble
from core.files import Fetch, Files, named
from core.gate import Gate
from core.replies import Replies
from storage import attachments, changes, threads, whereabouts, workspaces
from storage.database import Database
from storage.incoming import Incoming, Place
from storage.threads import Kept
from storage.whereabouts import Whereabouts
from storage.words import Platform

log = structlog.get_logger()

# A reply does not wait longer than this for what was said before Parley came.
EARLIER_S = 5.0

Earlier = Callable[[], Awaitable[Sequence[Incoming]]]


class Inbox:
    def __init__(self, database: Database, dispatcher: Dispatcher, makers: Replies, files: Files, gate: Gate) -> None:
        self._database = database
        self._gate = gate
        self._dispatcher = dispatcher
        self._replies = makers
        self._files = files
        self._preparing: set[asyncio.Task[None]] = set()

    async def take(self, incoming: Incoming, earlier: Earlier | None = None, fetch: Fetch | None = None) -> Kept:
        """Keep a message. When this returns, it is on disk and the platform may be acknowledged.

        `earlier` fetches what was said in its thread before; it is asked only when the thread begins with this message.
        `fetch` gets the files that are announced beside messages; without it they are not kept. Both are asked after
        that, so that the platform need not wait for them, and the reply does.
        """
        incoming = cleaned(incoming, with_files=fetch is not None)
        visit = self._gate.visit(incoming)
        kept = await self._database.run(threads.keep, incoming, visit.admit)
        if kept.new:
            log.info(
                "message.kept",
                platform=incoming.place.platform.value,
                channel=incoming.place.channel_id,
                message=incoming.message_id,
                thread=kept.thread_id,
                reply=kept.reply_id,
            )
        if kept.thread_id is not None and kept.new:
            self._follow_up(kept, kept.thread_id, incoming, earlier, fetch)
        if kept.refused_id is not None:
            self._refuse(kept.refused_id, visit.notice())
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

    async def meet(self, platform: Platform, workspace_id: str, name: str) -> bool:
        """Whether a workspace is met for the first time; from now on it is known."""
        return await self._database.run(workspaces.meet, platform, workspace_id, wording.clean(name))

    async def whereabouts(self, platform: Platform, most: int) -> list[Whereabouts]:
        """Where on a platform something was said last, newest first."""
        return await self._database.run(whereabouts.lately, platform, most)

    async def close(self) -> None:
        """Wait a moment for what is still being fetched, then leave it."""
        if not self._preparing:
            return
        _, late = await asyncio.wait(self._preparing, timeout=EARLIER_S)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _follow_up(
        self, kept: Kept, thread_id: int, incoming: Incoming, earlier: Earlier | None, fetch: Fetch | None
    ) -> None:
        """Wake the thread when there is something to answer, after what has to be fetched first."""
        said = [*incoming.before, incoming] if kept.opened else [incoming]
        wanted = earlier if kept.opened and kept.reply_id is not None else None
        if wanted is None and not any(one.files for one in said):
            if kept.reply_id is not None:
                self._dispatcher.wake(thread_id)
            return
        self._own(asyncio.create_task(self._prepare(thread_id, said, wanted, fetch)))

    def _refuse(self, reply_id: int, notice: str) -> None:
        log.info("reply.refused", reply=reply_id, told=bool(notice))
        if notice:
            self._own(asyncio.create_task(self._gate.tell(reply_id, notice)))

    def _own(self, task: asyncio.Task[None]) -> None:
        self._preparing.add(task)
        task.add_done_callback(self._preparing.discard)

    async def _prepare(
        self, thread_id: int, said: list[Incoming], earlier: Earlier | None, fetch: Fetch | None
    ) -> None:
        try:
            if earlier is not None:
                said = said + await self._fill(thread_id, earlier, with_files=fetch is not None)
            if fetch is not None:
                await asyncio.gather(*(self._read(one, fetch) for one in said if one.files))
        finally:
            self._dispatcher.wake(thread_id)

    async def _fill(self, thread_id: int, earlier: Earlier, *, with_files: bool) -> list[Incoming]:
        try:
            said = [cleaned(one, with_files=with_files) for one in await asyncio.wait_for(earlier(), EARLIER_S)]
            count = await self._database.run(threads.fill, thread_id, said)
        except (PlatformTrouble, TimeoutError) as trouble:
            log.info("thread.not_filled", thread=thread_id, reason=str(trouble) or "timeout")
            return []
        log.info("thread.filled", thread=thread_id, messages=count)
        return said

    async def _read(self, incoming: Incoming, fetch: Fetch) -> None:
        read = await self._files.read(incoming.files, fetch)
        await self._database.run(attachments.fill, incoming.place, incoming.message_id, read)
        kinds = [file.kind.value for file in read]
        log.info("files.read", channel=incoming.place.channel_id, message=incoming.message_id, kinds=kinds)


def cleaned(incoming: Incoming, *, with_files: bool = False) -> Incoming:
    """The message with texts and names that can be stored and sent on."""
    place = replace(
        incoming.place,
        workspace_name=wording.clean(incoming.place.workspace_name),
        channel_name=wording.clean(incoming.place.channel_name),
    )
    author = replace(incoming.author, name=wording.clean(incoming.author.name))
    before = tuple(cleaned(earlier, with_files=with_files) for earlier in incoming.before)
    announced = incoming.files if with_files else ()
    files = tuple(replace(file, name=named(file.name)) for file in announced)
    text = wording.clean(incoming.text).strip()
    return replace(incoming, place=place, author=author, text=text, before=before, files=files)
