"""What is being done for people right now, so that closing can wait for it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Errands:
    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """The current task runs an errand for as long as the block runs."""
        task = asyncio.current_task()
        if task is None or task in self._tasks:
            yield
            return
        self._tasks.add(task)
        try:
            yield
        finally:
            self._tasks.discard(task)

    async def over(self, patience_s: float) -> None:
        """Wait until every errand is done, but no longer than this."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=patience_s)
