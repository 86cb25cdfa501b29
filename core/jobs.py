"""Makes replies as jobs of the queue on PostgreSQL, beside any number of other processes that do.

A job is a thread with something to answer, and its lock is the thread: one job of a thread runs at a time, wherever.
What a worker that went down has left is put back by the others (`core.rescue`).
"""

import asyncio
import logging
from contextlib import suppress
from typing import Any

import structlog
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.worker import Worker

from core.dispatch import ENDING_S, ended
from core.replies import Replies
from core.rescue import SILENT_S, Rescue
from storage import queue
from storage.database import Database, conninfo
from storage.queue import Empty, Job
from storage.words import Platform

log = structlog.get_logger()

# A notification that comes while a worker looks is lost to it: it looks again this often (measured at 1 % of a core).
POLL_S = 0.25
# How often a job looks whether the files that its reply waits for were read.
PREPARED_S = 0.05
AGAIN_S = 1.0
STARTING_S = 30.0
CONNECTIONS = 4


class HandedOver(Exception):
    """This process ends: another one goes on in the thread."""


class Retry(BaseRetryStrategy):
    """A job that was handed over is for others at once; one that broke is tried again in a moment."""

    def get_retry_decision(self, *, exception: BaseException, job: Any) -> RetryDecision:
        if isinstance(exception, (HandedOver, asyncio.CancelledError)):
            return RetryDecision()
        log.error("thread.broke", thread=job.task_kwargs.get("thread_id"), exc_info=exception)
        return RetryDecision(retry_in={"seconds": int(AGAIN_S)})


class Jobs:
    """At most `at_once` replies side by side."""

    def __init__(
        self, database: Database, url: str, replies: Replies, history_limit: int, at_once: int, runner: str
    ) -> None:
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
        self._database = database
        self._replies = replies
        self._history_limit = history_limit
        self._runner = runner
        self._app = App(connector=PsycopgConnector(conninfo=conninfo(url), min_size=1, max_size=CONNECTIONS))
        self._app.task(name=queue.TASK, pass_context=True, retry=Retry())(self._answer)
        self._at_once = at_once
        self._queues: list[str] = []
        self._worker: Worker | None = None
        self._rescue = Rescue(database)
        self._tasks: list[asyncio.Task[None]] = []
        self._answering: set[asyncio.Task[Any]] = set()
        self._started = asyncio.Event()
        self._closing = False

    @property
    def live(self) -> int:
        return len(self._answering)

    async def unwell(self) -> str:
        if self._closing:
            return "ending"
        lives = await self._database.run(queue.lives, self._worker_id, SILENT_S)
        return "" if lives else "silent"

    def wake(self, thread_id: int) -> None:
        """Nothing to do: the reply has put its job in."""

    async def start(self, served: frozenset[Platform]) -> None:
        self._queues = [queue.name(platform) for platform in served]
        await self._app.open_async()
        self._tasks = [asyncio.create_task(self._work())]
        async with asyncio.timeout(STARTING_S):
            await self._started.wait()

    async def drain(self, grace_s: float) -> None:
        """Take nothing more. What takes longer is handed over to another worker, or marked where there is none."""
        self._closing = True
        if self._worker is not None:
            self._worker.stop()  # type: ignore[no-untyped-call]
        if self._answering:
            await asyncio.wait(set(self._answering), timeout=grace_s)
        if self._answering:
            await self._end_late()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=ENDING_S)
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._app.close_async()

    async def _end_late(self) -> None:
        late = set(self._answering)
        others = await self._database.run(queue.other_workers, self._worker_id, SILENT_S)
        log.info("drain.late", replies=len(late), handed_over=bool(others))
        if not others:
            self._replies.interrupt()
        await ended(late, 0.0 if others else ENDING_S)

    @property
    def _worker_id(self) -> int:
        return (self._worker.worker_id if self._worker else None) or 0

    async def _work(self) -> None:
        """Take jobs until told to end; whatever breaks the queue's own loop, begin it anew."""
        while not self._closing:
            self._worker = Worker(
                self._app,
                queues=self._queues,
                concurrency=self._at_once,
                fetch_job_polling_interval=POLL_S,
                delete_jobs="always",
                install_signal_handlers=False,
                stalled_worker_timeout=3_600.0,
                update_heartbeat_interval=3_600.0,
            )
            try:
                await self._run(self._worker)
            except Exception as error:
                log.warning("worker.broke", error=type(error).__name__)
                await asyncio.sleep(AGAIN_S)

    async def _run(self, worker: Worker) -> None:
        """The queue's own heart stops while a worker drains, so this one beats for it until it has ended."""
        beating = asyncio.create_task(self._beat(worker))
        try:
            await worker.run()  # type: ignore[no-untyped-call]
        finally:
            beating.cancel()
            with suppress(asyncio.CancelledError):
                await beating

    async def _beat(self, worker: Worker) -> None:
        while worker.worker_id is None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        log.info("worker.ready", worker=worker.worker_id)
        self._started.set()
        await self._rescue.run(worker.worker_id)

    async def _answer(self, context: JobContext, thread_id: int) -> None:
        task = asyncio.current_task()
        if task is None or context.job.id is None:
            return
        self._answering.add(task)
        try:
            await self._answer_in(Job(context.job.id, context.job.worker_id or 0, thread_id))
        finally:
            self._answering.discard(task)

    async def _answer_in(self, job: Job) -> None:
        while not self._closing:
            found = await self._database.run(queue.claim, job, self._history_limit, self._runner)
            if found is Empty.DONE:
                return
            if found is Empty.NOT_YET:
                await asyncio.sleep(PREPARED_S)
            elif found is Empty.TAKEN or not await self._replies.make(found):
                await self._keep_off(job)
                return
        raise HandedOver

    async def _keep_off(self, job: Job) -> None:
        """Another worker has this job now. To end it here would let a third one into the thread."""
        log.warning("thread.taken", thread=job.thread_id)
        while await self._database.run(queue.is_taken, job):  # noqa: ASYNC110
            await asyncio.sleep(AGAIN_S)
