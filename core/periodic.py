"""What a process does again and again beside its work."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()


class Periodic:
    """Does `deed` every `every_s` seconds from its start until it is closed.

    What fails is logged, as `failure`, and done again the next time.
    """

    def __init__(self, deed: Callable[[], Awaitable[object]], every_s: float, failure: str) -> None:
        self._deed = deed
        self._every_s = every_s
        self._failure = failure
        self._running: asyncio.Task[None] | None = None

    @property
    def runs(self) -> bool:
        return self._running is not None and not self._running.done()

    def start(self) -> None:
        self._running = asyncio.create_task(self._run())

    async def close(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            try:
                await self._deed()
            except Exception as error:
                log.warning(self._failure, error=type(error).__name__)
