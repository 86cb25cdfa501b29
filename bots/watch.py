"""What a process tells those who operate it, for as long as it runs: health and metrics on PORT, if that is set.

What serves HTTP is loaded only where something is served: it takes 2 MB.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bots.doors import Doors
from bots.readiness import Look, Readiness
from core.metrics import Metrics
from core.settings import Settings
from storage.database import Database

if TYPE_CHECKING:
    from aiohttp import web

    from bots.scraping import Scraping

# What is served below which prefix, made with what pings the parts.
Applications = Callable[[Look], Mapping[str, "web.Application"]]


def _nothing_more(_look: Look) -> "Mapping[str, web.Application]":
    return {}


@dataclass(frozen=True, slots=True)
class Watch:
    """Of one process."""

    readiness: Readiness
    scraping: "Scraping | None" = None

    def began(self, *measures: Callable[[], Awaitable[None]]) -> None:
        """The process has started, with all parts that must work; `measures` set what stands when that is read."""
        if self.scraping is not None:
            self.scraping.add(*measures)
        self.readiness.started()


@asynccontextmanager
async def kept(
    settings: Settings,
    database: Database,
    metrics: Metrics,
    doors: Doors | None = None,
    applications: Applications = _nothing_more,
) -> AsyncIterator[Watch]:
    """`applications` are served beside health, and may look at it. Raises OSError when the port is taken."""
    readiness = Readiness(database)
    if settings.port is None:
        yield Watch(readiness)
        return
    from bots.health import answering
    from bots.scraping import Scraping

    scraping = Scraping(settings, database, metrics, readiness)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(readiness.close)
        stack.push_async_callback(scraping.close)
        more = applications(readiness.look)
        served = answering(settings.port, readiness.look, doors, routes=scraping.routes, applications=more)
        await stack.enter_async_context(served)
        await stack.enter_async_context(_sampled(scraping))
        yield Watch(readiness, scraping)


@asynccontextmanager
async def _sampled(scraping: "Scraping") -> AsyncIterator[None]:
    sampling = asyncio.create_task(scraping.sample())
    try:
        yield
    finally:
        sampling.cancel()
        await asyncio.wait({sampling})
