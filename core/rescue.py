"""Finds the threads of workers that went down, and puts them back for others to answer in."""

import asyncio

import structlog

from core import texts
from storage import attachments, queue
from storage.database import Database

log = structlog.get_logger()

EVERY_S = 0.5
SILENT_S = 2.5
TIDY_EVERY_S = 2.0
FORGET_AFTER_S = 60.0
# After the database itself was away, everybody has been silent: those that live are given time to say so.
SLOW_S = 0.4
CALM_S = SILENT_S + 1.0


class Rescue:
    """Every worker and the clock look; the database lets only one of them put a job back."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._calm_until = 0.0
        self._tidy_at = 0.0

    async def run(self, worker_id: int | None = None) -> None:
        """Look again and again; a worker says each time that it lives itself."""
        while True:
            try:
                await self._look(worker_id)
            except Exception as error:
                self._calm_until = _now() + CALM_S
                log.warning("rescue.failed", error=type(error).__name__)
            await asyncio.sleep(EVERY_S)

    async def _look(self, worker_id: int | None) -> None:
        began = _now()
        await self._database.run(queue.beat, worker_id or 0)
        if _now() - began > SLOW_S:
            self._calm_until = _now() + CALM_S
        if _now() < self._calm_until:
            return
        if rescued := await self._database.run(queue.rescue, SILENT_S):
            log.warning("workers.silent", threads=rescued)
        if _now() > self._tidy_at:
            self._tidy_at = _now() + TIDY_EVERY_S
            await self._tidy()

    async def _tidy(self) -> None:
        if forgotten := await self._database.run(queue.defer_forgotten):
            log.warning("threads.forgotten", threads=forgotten)
        await self._database.run(queue.prune, FORGET_AFTER_S)
        await self._database.run(attachments.give_up, texts.FILE_RESTARTED, attachments.PATIENCE)


def _now() -> float:
    return asyncio.get_running_loop().time()
