"""Does what one process at a time may do, for as long as this one runs."""

import asyncio
from collections.abc import Sequence

from core.clock import Clock, Duty
from storage.leadership import leadership


class Leading:
    """Leads among the processes on one database whenever nobody else does."""

    def __init__(self, url: str, duties: Sequence[Duty]) -> None:
        self._url = url
        self._duties = duties
        self._working: asyncio.Task[None] | None = None

    def start(self) -> None:
        clock = Clock(leadership(self._url), self._duties, lambda _leads: None)
        self._working = asyncio.create_task(clock.run())

    async def close(self) -> None:
        """Leave it to others."""
        if self._working is not None:
            self._working.cancel()
            await asyncio.wait({self._working})
