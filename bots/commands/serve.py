"""Runs the service from its start to its orderly end."""

import asyncio
import signal
from contextlib import AsyncExitStack
from typing import Any

import click

from bots import health
from bots.commands import loops
from bots.commands.database import opened
from bots.commands.failures import Misconfigured, host_of, listed
from bots.doors import Doors
from bots.health import Readiness
from bots.service import Role, Service, serving
from core import logs, settings
from core.settings import Settings
from core.settings.problems import serving_problems
from storage.database import is_postgresql
from storage.words import Platform

READY = {
    Role.EVERYTHING: "parley ready",
    Role.LISTENER: "parley listener ready",
    Role.WORKER: "parley worker ready",
}
NEEDS_POSTGRESQL = "DATABASE_URL names a SQLite file, which one process serves alone: set postgresql://… for workers."


def serve(named: frozenset[str], role: Role = Role.EVERYTHING) -> None:
    """Serve the named platforms, or all that are set up, until a signal comes."""
    loaded = ready_to_serve(named, role)
    logs.set_up(loaded)
    loops.run(_until_stopped(loaded, chosen(loaded, named), role))


def ready_to_serve(named: frozenset[str], role: Role = Role.EVERYTHING) -> Settings:
    """The settings, if these platforms can be served with them. Raises Misconfigured with every problem."""
    loaded, problems = settings.read()
    problems += serving_problems(loaded, named, listens=role is not Role.WORKER)
    if role is not Role.EVERYTHING and not is_postgresql(loaded.database_url):
        problems += (NEEDS_POSTGRESQL,)
    if problems:
        raise Misconfigured(listed(problems))
    return loaded


def chosen(loaded: Settings, named: frozenset[str]) -> frozenset[Platform]:
    """The platforms that are named, or all that are set up."""
    set_up = {Platform.SLACK: loaded.has_slack, Platform.DISCORD: loaded.has_discord}
    return frozenset(platform for platform, has in set_up.items() if platform in named or (not named and has))


class Shutdown:
    """Ends the service: while it starts, by calling the start off; later, by letting it leave its block."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()
        self._starting: asyncio.Task[Any] | None = asyncio.current_task()

    def ask(self) -> None:
        self._asked.set()
        if self._starting is not None:
            self._starting.cancel()
            self._starting = None

    async def wait(self) -> None:
        """The start is over; returns when the end is asked for."""
        self._starting = None
        await self._asked.wait()


async def _until_stopped(loaded: Settings, platforms: frozenset[Platform], role: Role) -> None:
    service = asyncio.create_task(_serve(loaded, platforms, role))
    await asyncio.wait({service})
    if not service.cancelled():
        service.result()


async def _serve(loaded: Settings, platforms: frozenset[Platform], role: Role) -> None:
    shutdown = Shutdown()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, shutdown.ask)
    async with AsyncExitStack() as stack:
        doors = Doors()
        readiness = Readiness(await stack.enter_async_context(opened(loaded.database_url)))
        if loaded.port is not None:
            await stack.enter_async_context(health.answering(loaded.port, readiness.parts, doors))
        service = await stack.enter_async_context(serving(loaded, platforms, doors, role))
        readiness.started(service.connected)
        loops.settle()
        click.echo(ready_line(loaded, service, role))
        await shutdown.wait()


def ready_line(loaded: Settings, service: Service, role: Role = Role.EVERYTHING) -> str:
    platforms = ", ".join(platform.value for platform in service.platforms)
    return f"{READY[role]}: {platforms}; {loaded.openai_model} at {host_of(loaded.openai_base_url)}"
