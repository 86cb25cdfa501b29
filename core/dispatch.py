"""Who answers what, in which order, in this process: one reply at a time in a thread, threads side by side."""

import asyncio

import structlog

from core.replies import Replies
from storage import claims
from storage.database import Database
from storage.holds import Holds

log = structlog.get_logger()


class Dispatcher:
    """Runs the queued replies of threads. What is queued is in the database; this only remembers whom to serve."""

    def __init__(self, database: Database, makers: Replies, history_limit: int, holds: Holds) -> None:
        self._database = database
        self._holds = holds
        self._replies = makers
        self._history_limit = history_limit
        self._threads: dict[int, asyncio.Task[None]] = {}
        self._again: set[int] = set()
        self._closing = False

    @property
    def live(self) -> int:
        """How many threads are being served."""
        return len(self._threads)

    def wake(self, thread_id: int) -> None:
        """A reply was queued in this thread."""
        if self._closing:
            return
        if thread_id in self._threads:
            self._again.add(thread_id)
            return
        self._threads[thread_id] = asyncio.create_task(self._serve(thread_id))

    async def _serve(self, thread_id: int) -> None:
        try:
            with self._holds.hold(thread_id):
                await self._answer(thread_id)
        except Exception:
            log.exception("thread.broke", thread=thread_id)
        finally:
            del self._threads[thread_id]

    async def _answer(self, thread_id: int) -> None:
        while not self._closing:
            self._again.discard(thread_id)
            work = await self._database.run(claims.claim, thread_id, self._history_limit)
            if work is not None:
                await self._replies.make(work)
            elif thread_id not in self._again:
                return

    async def drain(self, grace_s: float) -> None:
        """Begin nothing more; give running replies the grace time, then end them where they are."""
        self._closing = True
        serving = set(self._threads.values())
        if not serving:
            return
        _, late = await asyncio.wait(serving, timeout=grace_s)
        if late:
            log.info("drain.late", replies=len(late))
            self._replies.interrupt()
            await asyncio.wait(late)
