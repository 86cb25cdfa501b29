"""Puts every part together, and takes it apart again in the right order."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from enum import Enum, auto
from functools import partial
from typing import Protocol
from uuid import uuid4

import structlog

from bots.doors import Doors
from bots.making import Making
from bots.parts import Parts, parts_of
from bots.readiness import Readiness
from bots.upkeep import upkeep
from core.dispatch import Dispatcher, Elsewhere, Embedded
from core.leading import Leading
from core.metrics import Metrics
from core.replies import Replies
from core.settings import Settings
from core.surface import Surface
from core.telemetry import Telemetry
from core.timer import Timer
from core.tools.search import Room
from core.tools.tool import Asker
from storage import rehearsal
from storage.claims import Work
from storage.database import Database, beside
from storage.firings import Fired
from storage.holds import Holds
from storage.words import Platform

log = structlog.get_logger()


class Role(Enum):
    """What a process does: hear what people write, make replies, or both."""

    EVERYTHING = auto()
    LISTENER = auto()
    WORKER = auto()


class Bot(Protocol):
    """One platform, as the service sees it."""

    async def identify(self) -> None:
        """Make the platform's REST API ready to use. Raises PlatformTrouble."""
        ...

    def surface(self, work: Work) -> Surface: ...

    async def sees(self, asker: Asker, rooms: Sequence[Room]) -> frozenset[Room]:
        """Those of the rooms that a person may read, as the platform says now. Raises PlatformTrouble."""
        ...

    async def connect(self, parts: Parts) -> None:
        """Let events flow; returns once they do. Raises PlatformTrouble."""
        ...

    async def connected(self) -> bool: ...

    async def close(self) -> None: ...


class Service:
    """A running Parley."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        bots: dict[Platform, Bot],
        role: Role = Role.EVERYTHING,
        telemetry: Telemetry | None = None,
    ) -> None:
        telemetry = telemetry or Telemetry()
        self._metrics = telemetry.metrics
        self._settings = settings
        self._bots = bots
        self._role = role
        runner = uuid4().hex
        self._making = Making(settings, database, self._surface_of, self._sees, runner, telemetry)
        self._dispatcher = dispatcher_for(role, settings, database, self._making.replies, runner)
        self.parts = parts_of(
            settings, database, self._making, self._dispatcher, self._surface_of, self._wake, telemetry.metrics
        )
        timer = Timer(database, self._wake, upkeep(database, settings))
        self._leading = Leading(settings.database_url, [timer.run], telemetry.metrics.leading)

    @property
    def platforms(self) -> list[Platform]:
        return sorted(self._bots)

    async def start(self) -> None:
        """Settle what was left behind, then listen. Raises PlatformTrouble."""
        await asyncio.gather(*(bot.identify() for bot in self._bots.values()))
        self._making.start()
        if self._role is not Role.LISTENER:
            self._making.asking.start()
        await self._dispatcher.start(frozenset(self._bots))
        if self._role is Role.WORKER:
            return
        await asyncio.gather(*(bot.connect(self.parts) for bot in self._bots.values()))
        if self._role is Role.EVERYTHING:
            self._leading.start()

    async def connected(self) -> dict[Platform, bool]:
        """Whether each platform's events flow right now; a worker hears of none."""
        if self._role is Role.WORKER:
            return {}
        return {platform: await bot.connected() for platform, bot in self._bots.items()}

    def be_pinged(self, readiness: Readiness) -> None:
        """Say what must work here: a worker hears of no events, and who only listens asks no model."""
        if self._role is not Role.WORKER:
            for platform, bot in self._bots.items():
                readiness.add(platform.value, partial(_unconnected, bot))
        readiness.add("queue", self._dispatcher.unwell, needed=self._role is not Role.LISTENER)
        if self._role is not Role.LISTENER:
            readiness.add("model", self._making.asking.unwell, needed=False)

    async def measure(self) -> None:
        """Tell how it stands, for whoever reads the metrics now."""
        self._metrics.live(self._dispatcher.live)
        await self._making.writes.measure()
        await self._making.asking.measure()

    async def stop(self) -> None:
        """Finish or mark what is in flight, then close everything; what arrives meanwhile waits for the next start."""
        await self._leading.close()
        await self.parts.inbox.close()
        await self._dispatcher.drain(self._settings.grace_s)
        await self._making.close()
        await asyncio.gather(*(bot.close() for bot in self._bots.values()))
        await self._making.hang_up()

    def _wake(self, fired: Fired) -> None:
        """Another process may serve its platform; that one finds it."""
        self._metrics.fired()
        if fired.platform in self._bots:
            self._dispatcher.wake(fired.thread_id)

    def _surface_of(self, work: Work) -> Surface:
        return self._bots[work.platform].surface(work)

    async def _sees(self, asker: Asker, rooms: Sequence[Room]) -> frozenset[Room]:
        return await self._bots[asker.platform].sees(asker, rooms)


async def _unconnected(bot: Bot) -> str:
    return "" if await bot.connected() else "not_connected"


@asynccontextmanager
async def serving(
    settings: Settings,
    platforms: frozenset[Platform],
    doors: Doors | None = None,
    role: Role = Role.EVERYTHING,
    telemetry: Telemetry | None = None,
) -> AsyncIterator[Service]:
    """A started service for as long as the block runs. Raises PlatformTrouble, or what opening the database raises.

    What platforms are told over HTTP comes through the doors.
    """
    async with AsyncExitStack() as stack:
        database = await Database.open(settings.database_url)
        stack.push_async_callback(database.close)
        await rehearsal.rehearse(database)
        doors = doors or Doors()
        telemetry = telemetry or Telemetry()
        bots = {platform: bot_for(platform, settings, database, doors, telemetry.metrics) for platform in platforms}
        service = Service(settings, database, bots, role, telemetry)
        stack.push_async_callback(service.stop)
        await service.start()
        doors.open({})
        log.info("service.ready", platforms=[platform.value for platform in service.platforms])
        yield service


def dispatcher_for(role: Role, settings: Settings, database: Database, replies: Replies, runner: str) -> Dispatcher:
    """Who has replies made: on SQLite this process alone, on PostgreSQL every process that works on its queue."""
    if not database.is_postgresql:
        holds = Holds(beside(settings.database_url, "held"))
        return Embedded(database, replies, settings.history_messages, holds, runner)
    if role is Role.LISTENER:
        return Elsewhere(database)
    from core.jobs import Jobs

    url, most = settings.database_url, settings.history_messages
    return Jobs(database, url, replies, most, settings.replies_at_once, runner)


def bot_for(platform: Platform, settings: Settings, database: Database, doors: Doors, metrics: Metrics) -> Bot:
    """The platform's bot. Imported only here and only when served: each library takes its time and memory to load."""
    if platform is Platform.SLACK:
        from bots.slack.app import SlackBot

        return SlackBot(settings, database, doors, metrics)
    from bots.discord.app import DiscordBot

    return DiscordBot(settings, database, metrics=metrics)
