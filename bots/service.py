"""Puts every part together, and takes it apart again in the right order."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from enum import Enum, auto
from time import monotonic
from typing import Protocol
from uuid import uuid4

import structlog

from bots.doors import Doors
from bots.parts import Parts
from bots.upkeep import upkeep
from core import caps
from core.access import AccessLists
from core.allowance import Allowance
from core.asking import Asking
from core.caps import Caps
from core.configurations import Configurations
from core.control import Control
from core.dispatch import Dispatcher, Elsewhere, Embedded
from core.drafting import Drafting
from core.files import Files
from core.gate import Gate
from core.inbox import Inbox
from core.inspection import Inspection
from core.leading import Leading
from core.ledger import Ledger
from core.moderation import Moderation
from core.offers import Offers
from core.own_endpoints import OwnEndpoints
from core.personas import Personas
from core.privacy import Privacy
from core.replies import Replies
from core.schedules import Schedules
from core.screening import Screens
from core.settings import Settings
from core.shares import Shares
from core.summaries import Summaries
from core.surface import Surface
from core.timer import Timer
from core.tools.approvals import Approvals
from core.tools.own_servers import OwnServers
from core.tools.registry import Tools
from core.tools.search import Spot
from core.tools.tool import Asker
from core.usage import Usage
from core.workspace import WorkspaceSettings
from core.writes import Writes
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

    async def sees(self, asker: Asker, spots: Sequence[Spot]) -> frozenset[Spot]:
        """Those of the places that a person may read, as the platform says now. Raises PlatformTrouble."""
        ...

    async def connect(self, parts: Parts) -> None:
        """Let events flow; returns once they do. Raises PlatformTrouble."""
        ...

    async def connected(self) -> bool: ...

    async def close(self) -> None: ...


class Service:
    """A running Parley."""

    def __init__(
        self, settings: Settings, database: Database, bots: dict[Platform, Bot], role: Role = Role.EVERYTHING
    ) -> None:
        self._settings = settings
        self._bots = bots
        self._role = role
        self._asking = Asking(settings)
        runner = uuid4().hex
        self._shares = Shares(database, runner)
        self._writes = Writes(monotonic, self._shares.of)
        configurations = Configurations(database)
        self._ledger = Ledger(database, shared=database.is_postgresql)
        allowance = Allowance(database, configurations, self._asking.models, self._asking.prices, settings)
        self._summaries = Summaries(database, self._asking, allowance, settings)
        self._tools = Tools(database, settings, self._sees)
        self._approvals = Approvals(database, configurations)
        self._own_servers = OwnServers(database, configurations, settings, self._tools)
        self._screens = Screens(Moderation(settings))
        drafting = Drafting(
            asking=self._asking,
            settings=settings,
            configurations=configurations,
            allowance=allowance,
            summaries=self._summaries,
            tools=self._tools,
            screens=self._screens,
        )
        replies = Replies(database, drafting, self._writes, settings, self._surface_of, self._ledger)
        self._dispatcher = dispatcher_for(role, settings, database, replies, runner)
        self._inbox = Inbox(
            database,
            self._dispatcher,
            replies,
            Files(settings),
            Gate(settings, database, self._surface_of, monotonic, configurations),
            Offers(database, self._writes, self._surface_of),
        )
        self._personas = Personas(database, configurations, self._asking.models.check)
        self._workspace = WorkspaceSettings(database, configurations, self._asking.models.check)
        general = caps.general(settings.caps)
        self._caps = Caps(database, configurations, general)
        self._usage = Usage(database, configurations, general)
        self._own_endpoints = OwnEndpoints(database, configurations, settings)
        self._inspection = Inspection(database, configurations, settings.house_rules)
        self._control = Control(database, replies, self._dispatcher)
        self._schedules = Schedules(database, configurations, self._wake)
        timer = Timer(database, self._wake, upkeep(database, settings))
        self._leading = Leading(settings.database_url, [timer.run])
        self._privacy = Privacy(database, configurations, settings.retention_days, replies.stop)
        self._access = AccessLists(database, configurations)

    @property
    def platforms(self) -> list[Platform]:
        return sorted(self._bots)

    @property
    def personas(self) -> Personas:
        return self._personas

    @property
    def workspace(self) -> WorkspaceSettings:
        return self._workspace

    @property
    def schedules(self) -> Schedules:
        return self._schedules

    @property
    def own_endpoints(self) -> OwnEndpoints:
        return self._own_endpoints

    async def start(self) -> None:
        """Settle what was left behind, then listen. Raises PlatformTrouble."""
        await asyncio.gather(*(bot.identify() for bot in self._bots.values()))
        self._ledger.start()
        if self._ledger.shared:
            self._shares.start()
        await self._dispatcher.start(frozenset(self._bots))
        if self._role is Role.WORKER:
            return
        parts = Parts(
            inbox=self._inbox,
            personas=self._personas,
            workspace=self._workspace,
            control=self._control,
            inspection=self._inspection,
            models=self._asking.models,
            own_endpoints=self._own_endpoints,
            schedules=self._schedules,
            approvals=self._approvals,
            own_servers=self._own_servers,
            privacy=self._privacy,
            access=self._access,
            caps=self._caps,
            usage=self._usage,
        )
        await asyncio.gather(*(bot.connect(parts) for bot in self._bots.values()))
        if self._role is Role.EVERYTHING:
            self._leading.start()

    async def connected(self) -> dict[Platform, bool]:
        """Whether each platform's events flow right now; a worker hears of none."""
        if self._role is Role.WORKER:
            return {}
        return {platform: await bot.connected() for platform, bot in self._bots.items()}

    async def stop(self) -> None:
        """Finish or mark what is in flight, then close everything; what arrives meanwhile waits for the next start."""
        await self._leading.close()
        await self._inbox.close()
        await self._dispatcher.drain(self._settings.grace_s)
        await self._summaries.close()
        await self._tools.close()
        await self._ledger.close()
        await self._shares.close()
        await self._writes.close()
        await asyncio.gather(*(bot.close() for bot in self._bots.values()))
        await self._asking.close()
        await self._screens.close()

    def _wake(self, fired: Fired) -> None:
        """Another process may serve its platform; that one finds it."""
        if fired.platform in self._bots:
            self._dispatcher.wake(fired.thread_id)

    def _surface_of(self, work: Work) -> Surface:
        return self._bots[work.platform].surface(work)

    async def _sees(self, asker: Asker, spots: Sequence[Spot]) -> frozenset[Spot]:
        return await self._bots[asker.platform].sees(asker, spots)


@asynccontextmanager
async def serving(
    settings: Settings,
    platforms: frozenset[Platform],
    doors: Doors | None = None,
    role: Role = Role.EVERYTHING,
) -> AsyncIterator[Service]:
    """A started service for as long as the block runs. Raises PlatformTrouble, or what opening the database raises.

    What platforms are told over HTTP comes through the doors.
    """
    async with AsyncExitStack() as stack:
        database = await Database.open(settings.database_url)
        stack.push_async_callback(database.close)
        doors = doors or Doors()
        bots = {platform: bot_for(platform, settings, database, doors) for platform in platforms}
        service = Service(settings, database, bots, role)
        stack.push_async_callback(service.stop)
        await service.start()
        doors.open({})
        log.info("service.ready", platforms=[platform.value for platform in service.platforms])
        yield service


def dispatcher_for(role: Role, settings: Settings, database: Database, makers: Replies, runner: str) -> Dispatcher:
    """Who has replies made: on SQLite this process alone, on PostgreSQL every process that works on its queue."""
    if not database.is_postgresql:
        holds = Holds(beside(settings.database_url, "threads"))
        return Embedded(database, makers, settings.history_messages, holds, runner)
    if role is Role.LISTENER:
        return Elsewhere()
    from core.jobs import Jobs

    url, most = settings.database_url, settings.history_messages
    return Jobs(database, url, makers, most, settings.replies_at_once, runner)


def bot_for(platform: Platform, settings: Settings, database: Database, doors: Doors) -> Bot:
    """The platform's bot. Imported only here and only when served: each library takes its time and memory to load."""
    if platform is Platform.SLACK:
        from bots.slack.app import SlackBot

        return SlackBot(settings, database, doors)
    from bots.discord.app import DiscordBot

    return DiscordBot(settings, database)
