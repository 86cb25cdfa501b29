"""Does what one process at a time may do, for as long as this one runs."""

import asyncio
from collections.abc import Callable, Sequence

from core.clock import Clock, Duty
from storage.leadership import leadership


class Leading:
    """Leads among the processes on one database whenever nobody else does; `told` hears whether it does."""

    def __init__(self, url: str, duties: Sequence[Duty], told: Callable[[bool], object]) -> None:
        self._url = url
        self._duties = duties
        self._told = told
        self._working: asyncio.Task[None] | None = None

    def start(self) -> None:
        clock = Clock(leadership(self._url), self._duties, self._told)
        self._working = asyncio.create_task(clock.run())

    async def close(self) -> None:
        """Leave it to others."""
        if self._working is not None:
            self._working.cancel()
            await asyncio.wait({self._working})
