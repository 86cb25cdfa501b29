"""Finds what was left behind and has it gone on with: at the start, and for as long as this process runs.

Another process of this host may go down at any time, and the database may fail in the middle of a reply.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import structlog

from core import texts
from storage import attachments, standings
from storage.database import Database
from storage.holds import Holds
from storage.words import Platform

log = structlog.get_logger()

EVERY_S = 2.0


class Recovery:
    """For one process on SQLite: whatever is unsettled and served by nobody that lives is served here."""

    def __init__(
        self, database: Database, holds: Holds, wake: Callable[[int], None], serves: Callable[[int], bool]
    ) -> None:
        self._database = database
        self._holds = holds
        self._wake = wake
        self._serves = serves
        self._watching: asyncio.Task[None] | None = None

    @property
    def watches(self) -> bool:
        return self._watching is not None and not self._watching.done()

    async def start(self, served: frozenset[Platform]) -> None:
        """Go through the unsettled replies of the served platforms, oldest first, now and again and again."""
        await self._database.run(attachments.give_up, texts.FILE_RESTARTED, timedelta())
        await self._look(served)
        self._watching = asyncio.create_task(self._watch(served))

    async def close(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait({self._watching})

    async def _watch(self, served: frozenset[Platform]) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self._look(served)
            except Exception as error:
                log.warning("recovery.failed", error=type(error).__name__)

    async def _look(self, served: frozenset[Platform]) -> None:
        for left in await self._database.run(standings.unsettled, served):
            if not self._serves(left.thread_id) and not self._holds.is_held(left.thread_id):
                self._wake(left.thread_id)
