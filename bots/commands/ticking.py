"""Runs the clock from its start to its orderly end."""

import asyncio
import signal
from contextlib import AsyncExitStack, suppress

import click

from bots import health
from bots.commands import loops
from bots.commands.database import opened
from bots.commands.failures import Misconfigured, listed
from bots.commands.serve import NEEDS_POSTGRESQL
from bots.health import Readiness
from bots.upkeep import upkeep
from core import logs, settings
from core.clock import Clock
from core.rescue import Rescue
from core.settings import Settings
from core.timer import Timer
from storage.database import is_postgresql
from storage.firings import Fired
from storage.leadership import leadership

STANDING = {True: "parley clock ready: it leads", False: "parley clock ready: it stands by"}


def tick() -> None:
    """Be the clock, or stand by, until a signal comes."""
    loaded, problems = settings.read()
    if not is_postgresql(loaded.database_url):
        problems += (NEEDS_POSTGRESQL,)
    if problems:
        raise Misconfigured(listed(problems))
    logs.set_up(loaded)
    loops.run(_until_stopped(loaded))


async def _until_stopped(loaded: Settings) -> None:
    ticking = asyncio.create_task(_tick(loaded))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ticking.cancel)
    with suppress(asyncio.CancelledError):
        await ticking


async def _tick(loaded: Settings) -> None:
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(opened(loaded.database_url))
        readiness = Readiness(database)
        if loaded.port is not None:
            await stack.enter_async_context(health.answering(loaded.port, readiness.parts))
        readiness.started(_no_platform)
        leader = leadership(loaded.database_url)
        timer = Timer(database, _found_by_workers, upkeep(database, loaded))
        duties = (Rescue(database).run, timer.run)
        await Clock(leader, duties, lambda leads: click.echo(STANDING[leads])).run()


def _found_by_workers(_fired: Fired) -> None:
    """A queued reply has put its job in by itself."""


async def _no_platform() -> dict[str, bool]:
    return {}
