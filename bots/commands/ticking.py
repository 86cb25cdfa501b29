"""Runs the clock from its start to its orderly end."""

import asyncio
import signal
from contextlib import AsyncExitStack, suppress
from functools import partial

import click

from bots import watch
from bots.commands import loops
from bots.commands.database import opened
from bots.commands.failures import Misconfigured, listed
from bots.commands.serve import NEEDS_POSTGRESQL
from bots.upkeep import upkeep
from core import logs, settings
from core.clock import Clock
from core.metrics import Metrics
from core.rescue import Rescue
from core.settings import Settings
from core.telemetry import metrics_of
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
    metrics = metrics_of(loaded)
    logs.set_up(loaded, heard=metrics.logged)
    loops.run(_until_stopped(loaded, metrics))


async def _until_stopped(loaded: Settings, metrics: Metrics) -> None:
    ticking = asyncio.create_task(_tick(loaded, metrics))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ticking.cancel)
    with suppress(asyncio.CancelledError):
        await ticking


async def _tick(loaded: Settings, metrics: Metrics) -> None:
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(opened(loaded.database_url))
        watched = await stack.enter_async_context(watch.kept(loaded, database, metrics))
        watched.began()
        leader = leadership(loaded.database_url)
        timer = Timer(database, partial(_found_by_workers, metrics), upkeep(database, loaded))
        duties = (Rescue(database).run, timer.run)
        await Clock(leader, duties, partial(_stands, metrics)).run()


def _found_by_workers(metrics: Metrics, _fired: Fired) -> None:
    """A queued reply has put its job in by itself."""
    metrics.fired()


def _stands(metrics: Metrics, leads: bool) -> None:
    metrics.leading(leads)
    click.echo(STANDING[leads])
