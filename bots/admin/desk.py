"""What the pages ask of core, and the workspace that one of them is about."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from bots.readiness import Found
from core import caps
from core.access import is_direct
from core.configurations import Configurations
from core.inspection import Inspection
from core.overview import Overview
from core.people import Person, WorkspaceRef, operator
from core.personas import Personas
from core.schedules import Schedules
from core.settings import Settings
from core.usage import Usage
from core.workspace import WorkspaceSettings
from storage import browsing
from storage.database import Database
from storage.firings import Fired
from storage.tables import Workspace
from storage.words import Platform

WHO = "admin page"
PLATFORMS = {Platform.SLACK: "Slack", Platform.DISCORD: "Discord"}
NO_SUCH_WORKSPACE = "There is no such workspace."

# Pings the parts that must work.
Look = Callable[[], Awaitable[Mapping[str, Found]]]


@dataclass(frozen=True, slots=True)
class Desk:
    """A workspace, and whoever runs Parley as somebody in it; times are shown in its time zone."""

    row: int
    platform: str
    id: str
    name: str
    zone: str
    by: Person

    @property
    def title(self) -> str:
        return self.name or self.id

    def called(self, channel_id: str, name: str) -> str:
        """A channel as people know it."""
        if is_direct(self.by.platform, self.id, channel_id):
            return "a direct message"
        return f"#{name}" if name else channel_id

    @property
    def path(self) -> str:
        return f"/admin/{self.row}"


class Core:
    """All that the pages work with."""

    def __init__(self, settings: Settings, database: Database, look: Look) -> None:
        configurations = Configurations(database)
        self.database = database
        self.look = look
        self.overview = Overview(database, configurations)
        self.usage = Usage(database, configurations, caps.general(settings.caps))
        self.personas = Personas(database, configurations)
        self.workspace = WorkspaceSettings(database, configurations)
        self.schedules = Schedules(database, configurations, _found_by_who_serves)
        self.inspection = Inspection(database, configurations, settings.house_rules)

    async def desk(self, request: web.Request) -> Desk:
        """The workspace that the address names. Raises HTTPNotFound."""
        found = await self.database.run(browsing.workspace, int(request.match_info["row"]))
        if found is None or found.id is None:
            raise web.HTTPNotFound(text=NO_SUCH_WORKSPACE)
        return _desk(found.id, found)


def _desk(row: int, found: Workspace) -> Desk:
    platform = Platform(found.platform)
    by = operator(WorkspaceRef(platform, found.platform_id), WHO)
    return Desk(row, PLATFORMS[platform], found.platform_id, found.name, found.timezone, by)


def _found_by_who_serves(_fired: Fired) -> None:
    """The reply is queued: the process that serves the platform finds it."""
