"""What a process tells those who operate it, for as long as it runs: health and metrics on PORT, if that is set."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from bots import health
from bots.doors import Doors
from bots.readiness import Readiness
from bots.scraping import Scraping
from core.metrics import Metrics
from core.settings import Settings
from storage.database import Database

# What is served below which prefix, made with what pings the parts.
Applications = Callable[[health.Look], Mapping[str, web.Application]]


def _nothing_more(_look: health.Look) -> Mapping[str, web.Application]:
    return {}


@dataclass(frozen=True, slots=True)
class Watch:
    """Of one process."""

    readiness: Readiness
    scraping: Scraping

    def began(self, *measures: Callable[[], Awaitable[None]]) -> None:
        """The process has started, with all parts that must work; `measures` set what stands when that is read."""
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
    watch = Watch(readiness, Scraping(settings, database, metrics, readiness))
    async with AsyncExitStack() as stack:
        if settings.port is not None:
            stack.push_async_callback(readiness.close)
            stack.push_async_callback(watch.scraping.close)
            routes = watch.scraping.routes
            more = applications(readiness.look)
            serving = health.answering(settings.port, readiness.look, doors, routes=routes, applications=more)
            await stack.enter_async_context(serving)
            await stack.enter_async_context(_sampled(watch.scraping))
        yield watch


@asynccontextmanager
async def _sampled(scraping: Scraping) -> AsyncIterator[None]:
    sampling = asyncio.create_task(scraping.sample())
    try:
        yield
    finally:
        sampling.cancel()
        await asyncio.wait({sampling})
