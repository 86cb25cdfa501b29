"""Runs the service from its start to its orderly end."""

import asyncio
import signal
from contextlib import AsyncExitStack
from typing import Any

import click

from bots import health
from bots.commands.database import opened
from bots.commands.failures import Misconfigured, host_of, listed
from bots.doors import Doors
from bots.health import Readiness
from bots.service import Service, serving
from core import logs, settings
from core.settings import Settings
from storage.words import Platform


def serve(named: frozenset[str]) -> None:
    """Serve the named platforms, or all that are set up, until a signal comes."""
    loaded = ready_to_serve(named)
    logs.set_up(loaded)
    asyncio.run(_until_stopped(loaded, chosen(loaded, named)))


def ready_to_serve(named: frozenset[str]) -> Settings:
    """The settings, if these platforms can be served with them. Raises Misconfigured with every problem."""
    loaded, problems = settings.read()
    problems += settings.serving_problems(loaded, named)
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


async def _until_stopped(loaded: Settings, platforms: frozenset[Platform]) -> None:
    service = asyncio.create_task(_serve(loaded, platforms))
    await asyncio.wait({service})
    if not service.cancelled():
        service.result()


async def _serve(loaded: Settings, platforms: frozenset[Platform]) -> None:
    shutdown = Shutdown()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, shutdown.ask)
    async with AsyncExitStack() as stack:
        doors = Doors()
        readiness = Readiness(await stack.enter_async_context(opened(loaded.database_url)))
        if loaded.port is not None:
            await stack.enter_async_context(health.answering(loaded.port, readiness.parts, doors))
        service = await stack.enter_async_context(serving(loaded, platforms, doors))
        readiness.started(service.connected)
        click.echo(ready_line(loaded, service))
        await shutdown.wait()


def ready_line(loaded: Settings, service: Service) -> str:
    platforms = ", ".join(platform.value for platform in service.platforms)
    return f"parley ready: {platforms}; {loaded.openai_model} at {host_of(loaded.openai_base_url)}"
