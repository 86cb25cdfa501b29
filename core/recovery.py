"""Finds what was left behind and has it gone on with: at the start, and for as long as this process runs.

Another process of this host may go down at any time, and the database may fail in the middle of a reply.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from core import texts
from core.periodic import Periodic
from storage import attachments, standings
from storage.database import Database
from storage.holds import Holds
from storage.words import Platform

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
        self._watching: Periodic | None = None

    @property
    def watches(self) -> bool:
        return self._watching is not None and self._watching.runs

    async def start(self, served: frozenset[Platform]) -> None:
        """Go through the unsettled replies of the served platforms, oldest first, now and again and again."""
        await self._database.run(attachments.give_up, texts.FILE_RESTARTED, timedelta())
        await self._look(served)
        self._watching = Periodic(partial(self._look, served), EVERY_S, "recovery.failed")
        self._watching.start()

    async def close(self) -> None:
        if self._watching is not None:
            await self._watching.close()

    async def _look(self, served: frozenset[Platform]) -> None:
        for left in await self._database.run(standings.unsettled, served):
            if not self._serves(left.thread_id) and not self._holds.is_held(left.thread_id):
                self._wake(left.thread_id)
