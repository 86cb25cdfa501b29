"""One thing at a time for each key, in the order in which it was begun.

The platforms' libraries start a task for each event and promise no order among them: what is said in a Slack thread
right after the mention that opens it must not overtake the mention, nor may the deletion of a message overtake it.
"""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class Turns:
    def __init__(self) -> None:
        self._locks: dict[Hashable, asyncio.Lock] = {}
        self._taken: dict[Hashable, int] = {}

    @asynccontextmanager
    async def of(self, key: Hashable) -> AsyncIterator[None]:
        """Wait until everything that was begun for the key before is done."""
        self._taken[key] = self._taken.get(key, 0) + 1
        try:
            async with self._locks.setdefault(key, asyncio.Lock()):
                yield
        finally:
            self._taken[key] -= 1
            if not self._taken[key]:
                del self._taken[key], self._locks[key]
