"""Puts every part together, and takes it apart again in the right order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from time import monotonic
from typing import Protocol

import structlog

from bots.doors import Doors
from core.completion import Completion
from core.control import Control
from core.dispatch import Dispatcher
from core.files import Files
from core.gate import Gate
from core.inbox import Inbox
from core.personas import Personas
from core.recovery import Recovery
from core.replies import Replies
from core.settings import Settings
from core.surface import Surface
from core.writes import Writes
from storage.claims import Work
from storage.database import Database, beside
from storage.holds import Holds
from storage.words import Platform

log = structlog.get_logger()


class Bot(Protocol):
    """One platform, as the service sees it."""

    async def identify(self) -> None:
        """Make the platform's REST API ready to use. Raises PlatformTrouble."""
        ...

    def surface(self, work: Work) -> Surface: ...

    async def connect(self, inbox: Inbox, personas: Personas, control: Control) -> None:
        """Let events flow; returns once they do. Raises PlatformTrouble."""
        ...

    async def connected(self) -> bool: ...

    async def close(self) -> None: ...


class Service:
    """A running Parley."""

    def __init__(self, settings: Settings, database: Database, bots: dict[Platform, Bot]) -> None:
        self._settings = settings
        self._bots = bots
        self._completion = Completion(settings)
        self._writes = Writes(monotonic)
        replies = Replies(database, self._completion, self._writes, settings, self._surface_of)
        holds = Holds(beside(settings.database_url, "threads"))
        self._dispatcher = Dispatcher(database, replies, settings.history_messages, holds)
        self._recovery = Recovery(database, self._dispatcher, self._surface_of, holds)
        self._inbox = Inbox(
            database, self._dispatcher, replies, Files(settings), Gate(settings, database, self._surface_of, monotonic)
        )
        self._personas = Personas(database)
        self._control = Control(database, replies, self._dispatcher)

    @property
    def platforms(self) -> list[Platform]:
        return sorted(self._bots)

    async def start(self) -> None:
        """Settle what was left behind, then listen. Raises PlatformTrouble."""
        await asyncio.gather(*(bot.identify() for bot in self._bots.values()))
        await self._recovery.run(frozenset(self._bots))
        await asyncio.gather(*(bot.connect(self._inbox, self._personas, self._control) for bot in self._bots.values()))

    async def connected(self) -> dict[Platform, bool]:
        """Whether each platform's events flow right now."""
        return {platform: await bot.connected() for platform, bot in self._bots.items()}

    async def stop(self) -> None:
        """Finish or mark what is in flight, then close everything; what arrives meanwhile waits for the next start."""
        await self._inbox.close()
        await self._dispatcher.drain(self._settings.grace_s)
        await self._writes.close()
        await asyncio.gather(*(bot.close() for bot in self._bots.values()))
        await self._completion.close()

    def _surface_of(self, work: Work) -> Surface:
        return self._bots[work.platform].surface(work)


@asynccontextmanager
async def serving(
    settings: Settings, platforms: frozenset[Platform], doors: Doors | None = None
) -> AsyncIterator[Service]:
    """A started service for as long as the block runs. Raises PlatformTrouble, or what opening the database raises.

    What platforms are told over HTTP comes through the doors.
    """
    async with AsyncExitStack() as stack:
        database = await Database.open(settings.database_url)
        stack.push_async_callback(database.close)
        doors = doors or Doors()
        bots = {platform: bot_for(platform, settings, database, doors) for platform in platforms}
        service = Service(settings, database, bots)
        stack.push_async_callback(service.stop)
        await service.start()
        doors.open({})
        log.info("service.ready", platforms=[platform.value for platform in service.platforms])
        yield service


def bot_for(platform: Platform, settings: Settings, database: Database, doors: Doors) -> Bot:
    """The platform's bot. Imported only here and only when served: each library takes its time and memory to load."""
    if platform is Platform.SLACK:
        from bots.slack.app import SlackBot

        return SlackBot(settings, database, doors)
    from bots.discord.app import DiscordBot

    return DiscordBot(settings, database)
