"""Runs the service from its start to its orderly end."""

import asyncio
import signal
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import click

from bots import tracing, watch
from bots.commands import loops, open_files
from bots.commands.database import opened
from bots.commands.failures import Misconfigured, host_of, listed
from bots.doors import Doors
from bots.readiness import Look
from bots.service import Role, Service, serving
from core import logs, settings
from core.settings import Settings
from core.settings.problems import serving_problems
from core.telemetry import Telemetry
from storage.database import Database, is_postgresql
from storage.words import Platform

if TYPE_CHECKING:
    from aiohttp import web

READY = {
    Role.EVERYTHING: "parley ready",
    Role.LISTENER: "parley listener ready",
    Role.WORKER: "parley worker ready",
}
NEEDS_POSTGRESQL = "DATABASE_URL names a SQLite file, which one process serves alone: set postgresql://… for workers."


def serve(named: frozenset[str], role: Role = Role.EVERYTHING) -> None:
    """Serve the named platforms, or all that are set up, until a signal comes."""
    loaded = ready_to_serve(named, role)
    with tracing.telemetry(loaded) as telemetry:
        logs.set_up(loaded, heard=telemetry.metrics.logged)
        open_files.allow()
        loops.run(_until_stopped(loaded, chosen(loaded, named), role, telemetry))


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


async def _until_stopped(loaded: Settings, platforms: frozenset[Platform], role: Role, telemetry: Telemetry) -> None:
    service = asyncio.create_task(_serve(loaded, platforms, role, telemetry))
    await asyncio.wait({service})
    if not service.cancelled():
        service.result()


async def _serve(loaded: Settings, platforms: frozenset[Platform], role: Role, telemetry: Telemetry) -> None:
    shutdown = Shutdown()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, shutdown.ask)
    async with AsyncExitStack() as stack:
        doors = Doors()
        database = await stack.enter_async_context(opened(loaded.database_url))
        admin = admin_page(loaded, database, role)
        watched = await stack.enter_async_context(watch.kept(loaded, database, telemetry.metrics, doors, admin))
        service = await stack.enter_async_context(serving(loaded, platforms, doors, role, telemetry))
        service.be_pinged(watched.readiness)
        watched.began(service.measure)
        loops.settle()
        click.echo(ready_line(loaded, service, role))
        await shutdown.wait()
        watched.readiness.ending()


def admin_page(loaded: Settings, database: Database, role: Role) -> watch.Applications:
    """The admin page, where it is set up; its libraries are loaded only there."""

    def served(look: Look) -> "dict[str, web.Application]":
        if role is Role.WORKER or not loaded.admin_token.get_secret_value():
            return {}
        from bots.admin.app import create_app

        return {"/admin": create_app(loaded, database, look)}

    return served


def ready_line(loaded: Settings, service: Service, role: Role = Role.EVERYTHING) -> str:
    platforms = ", ".join(platform.value for platform in service.platforms)
    return f"{READY[role]}: {platforms}; {loaded.openai_model} at {host_of(loaded.openai_base_url)}"
