"""Who answers what, in which order: one reply at a time in a thread, threads side by side."""

import asyncio
from typing import Any, Protocol

import structlog

from core.recovery import Recovery
from core.replies import Replies
from core.rescue import SILENT_S
from storage import claims, queue
from storage.claims import Work
from storage.database import Database
from storage.holds import Holds
from storage.words import Platform

log = structlog.get_logger()

# How long to wait before a thread is tried again that another process of this host is answering in.
HELD_PAUSE_S = 0.2
# A platform may take no more for a minute, and whoever ends a process waits for half of one.
ENDING_S = 5.0


class Dispatcher(Protocol):
    """Has the queued replies of threads made. What is queued is in the database."""

    @property
    def live(self) -> int:
        """How many threads are being served here."""
        ...

    def wake(self, thread_id: int) -> None:
        """A reply was queued in this thread, or what it waited for is there."""
        ...

    async def unwell(self) -> str:
        """Why no replies are made, in a word; empty when they are."""
        ...

    async def start(self, served: frozenset[Platform]) -> None:
        """Begin to make replies on these platforms, with those that were left behind."""
        ...

    async def drain(self, grace_s: float) -> None:
        """Begin nothing more; give running replies the grace time, then hand them over or end them where they are."""
        ...


class Elsewhere:
    """Other processes make the replies; the database tells them."""

    live = 0

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unwell(self) -> str:
        return "" if await self._database.run(queue.other_workers, 0, SILENT_S) else "no_workers"

    def wake(self, thread_id: int) -> None:
        pass

    async def start(self, served: frozenset[Platform]) -> None:
        pass

    async def drain(self, grace_s: float) -> None:
        pass


class Embedded:
    """Makes them in this process. This only remembers whom to serve; a held thread is no other process's meanwhile."""

    def __init__(self, database: Database, replies: Replies, history_limit: int, holds: Holds, runner: str) -> None:
        self._database = database
        self._holds = holds
        self._replies = replies
        self._history_limit = history_limit
        self._runner = runner
        self._threads: dict[int, asyncio.Task[None]] = {}
        self._again: set[int] = set()
        self._recovery = Recovery(database, holds, self.wake, self.serves)
        self._closing = False

    @property
    def live(self) -> int:
        return len(self._threads)

    def serves(self, thread_id: int) -> bool:
        """Whether a thread is being served here."""
        return thread_id in self._threads

    def wake(self, thread_id: int) -> None:
        if self._closing:
            return
        if thread_id in self._threads:
            self._again.add(thread_id)
            return
        self._threads[thread_id] = asyncio.create_task(self._serve(thread_id))

    async def unwell(self) -> str:
        return "" if self._recovery.watches and not self._closing else "not_watched"

    async def start(self, served: frozenset[Platform]) -> None:
        await self._recovery.start(served)

    async def _serve(self, thread_id: int) -> None:
        try:
            while not await self._held(thread_id) and not self._closing:  # noqa: ASYNC110
                await asyncio.sleep(HELD_PAUSE_S)
        except Exception:
            log.exception("thread.broke", thread=thread_id)
        finally:
            self._again.discard(thread_id)
            del self._threads[thread_id]

    async def _held(self, thread_id: int) -> bool:
        """Answer in a thread, unless another process does; whether it was ours."""
        with self._holds.hold(thread_id) as is_ours:
            if is_ours:
                await self._answer(thread_id)
        return is_ours

    async def _answer(self, thread_id: int) -> None:
        while not self._closing:
            self._again.discard(thread_id)
            work = await self._claim(thread_id)
            if work is not None:
                await self._replies.make(work)
            elif thread_id not in self._again:
                return

    async def _claim(self, thread_id: int) -> Work | None:
        return await self._database.run(claims.claim, thread_id, self._history_limit, runner=self._runner)

    async def drain(self, grace_s: float) -> None:
        self._closing = True
        await self._recovery.close()
        if serving := set(self._threads.values()):
            await self._finished(serving, grace_s)
        self._holds.close()

    async def _finished(self, serving: set[asyncio.Task[None]], grace_s: float) -> None:
        _, late = await asyncio.wait(serving, timeout=grace_s)
        if late:
            log.info("drain.late", replies=len(late))
            self._replies.interrupt()
            await ended(late)


async def ended(late: set[asyncio.Task[Any]], patience_s: float = ENDING_S) -> None:
    """Replies that have not ended by then are called off, and left to whoever comes next."""
    _, late = await asyncio.wait(late, timeout=patience_s)
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late, timeout=ENDING_S)
