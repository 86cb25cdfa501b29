"""The platform's own sign of work, shown until the first text of a reply is there, if that takes a moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from core.display import Display
from core.errors import PlatformTrouble
from core.surface import Surface

log = structlog.get_logger()

SIGN_AFTER_S = 1.0


@asynccontextmanager
async def shown(surface: Surface, display: Display) -> AsyncIterator[asyncio.Task[None]]:
    """The sign is there for as long as it is wanted within the block, and taken away whatever happens."""
    sign = asyncio.create_task(_renew(surface, display))
    try:
        yield sign
    finally:
        sign.cancel()
        await surface.rest()


async def _renew(surface: Surface, display: Display) -> None:
    """Show the platform's own sign of work until the first text is there, if that takes a moment."""
    pause_s = SIGN_AFTER_S
    while not display.quiet.is_set():
        with suppress(TimeoutError):
            async with asyncio.timeout(pause_s):
                await display.quiet.wait()
            return
        try:
            await surface.working()
        except PlatformTrouble as trouble:
            log.debug("working.failed", code=trouble.code)
            return
        pause_s = surface.working_s
