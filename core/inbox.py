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
from core.metrics import Metrics
from core.offers import Offers
from core.people import WorkspaceRef
from core.replies import Replies
from storage import attachments, changes, ledger, privacy, threads, whereabouts, workspaces
from storage.database import Database
from storage.incoming import File, Incoming, Place
from storage.threads import Kept
from storage.whereabouts import Conversation, Said, Whereabouts
from storage.words import Platform

log = structlog.get_logger()

# A reply does not wait longer than this for what was said before Parley came.
EARLIER_S = 5.0
# What is forgotten in one transaction: others wait meanwhile.
FORGOTTEN_AT_ONCE = 500

Earlier = Callable[[], Awaitable[Sequence[Incoming]]]


class Inbox:
    def __init__(
        self,
        database: Database,
        dispatcher: Dispatcher,
        replies: Replies,
        files: Files,
        gate: Gate,
        offers: Offers,
        metrics: Metrics | None = None,
    ) -> None:
        self._database = database
        self._gate = gate
        self._dispatcher = dispatcher
        self._replies = replies
        self._files = files
        self._offers = offers
        self._metrics = metrics or Metrics()
        self._preparing: set[asyncio.Task[None]] = set()

    async def take(self, incoming: Incoming, earlier: Earlier | None = None, fetch: Fetch | None = None) -> Kept:
        """Keep a message. When this returns, it is on disk and the platform may be acknowledged.

        `earlier` fetches what was said in its thread before; it is asked only when the thread begins with this message.
        `fetch` gets the files that are announced beside messages; without it they are not kept. Both are asked after
        that, so that the platform need not wait for them, and the reply does.
        """
        if not self._gate.serves(incoming):
            return Kept()
        incoming = cleaned(incoming, with_files=fetch is not None)
        visit = self._gate.visit(incoming)
        kept = await self._database.run(threads.keep, incoming, visit, opens_with_more=earlier is not None)
        visit.over()
        if kept.new:
            self._metrics.kept(incoming.place.platform, asks=kept.reply_id is not None)
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
            self._metrics.refused(visit.reason)
            self._refuse(kept.refused_id, visit.notice())
        return kept

    async def concerns(self, place: Place, thread_key: str) -> bool:
        """Whether a message there that does not mention Parley is to be taken at all."""
        return await self._database.run(threads.concerns, place, thread_key)

    async def roles_that_matter(self, workspace: WorkspaceRef) -> frozenset[str]:
        """The roles that decide who may use Parley in a workspace, as known last."""
        return await self._gate.roles_that_matter(workspace)

    async def edit(
        self, place: Place, message_id: str, text: str, edited_at: datetime, files: Sequence[File] | None = None
    ) -> None:
        """A person gave a message a new text: what is answered, or remembered, from now on.

        When it is a question that was answered already, they are offered to have it answered anew.
        """
        text = wording.clean(text).strip()
        left = None if files is None else [(named(file.name), file.size) for file in files]
        edited = await self._database.run(changes.edit, place, message_id, text, edited_at, left)
        if edited.changed:
            log.info("message.edited", channel=place.channel_id, message=message_id)
        if edited.answered is not None:
            await self._offers.make(edited.answered)

    async def remove(self, place: Place, message_id: str) -> None:
        """A message is gone from the platform: forget it, and stop the reply that it asked for or was part of."""
        removed = await self._database.run(changes.remove, place, message_id)
        if removed.reply_id is not None and self._replies.stop(removed.reply_id):
            log.info("reply.stopped", reply=removed.reply_id, by="deletion")

    async def remove_place(self, platform: Platform, workspace_id: str, place_id: str) -> None:
        """A channel or a thread is gone from the platform, with all that was said there."""
        forgotten = count = await self._database.run(
            privacy.forget_place, platform, workspace_id, place_id, FORGOTTEN_AT_ONCE
        )
        while count == FORGOTTEN_AT_ONCE:
            count = await self._database.run(privacy.forget_place, platform, workspace_id, place_id, FORGOTTEN_AT_ONCE)
            forgotten += count
        if forgotten:
            log.info("place.removed", channel=place_id, messages=forgotten)

    async def meet(self, platform: Platform, workspace_id: str, name: str) -> bool:
        """Whether a workspace is met for the first time; from now on it is known."""
        return await self._database.run(workspaces.meet, platform, workspace_id, wording.clean(name))

    async def whereabouts(self, platform: Platform, most: int) -> list[Whereabouts]:
        """Where on a platform something was said last, newest first."""
        return await self._database.run(whereabouts.lately, platform, most)

    async def conversations(self, place: Whereabouts, platform: Platform, since: int, most: int) -> list[Conversation]:
        """The threads of a place that something was said in from a position on, newest first."""
        return await self._database.run(
            whereabouts.conversations, platform, place.workspace_id, place.posts_in, since, most
        )

    async def said_in(self, place: Whereabouts, platform: Platform, keys: Sequence[str]) -> list[Said]:
        """What is known of these threads of a place, and may have been changed since."""
        return await self._database.run(whereabouts.said_in, platform, place.workspace_id, place.posts_in, keys)

    async def kept_in(self, platform: Platform, posts_in: str, since: int) -> list[str]:
        """The platform ids of what is known of a place from a position on, and may have been changed since."""
        return await self._database.run(whereabouts.kept_in, platform, posts_in, since)

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
            if earlier is not None:
                await self._database.run(ledger.make_ready, thread_id)
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
