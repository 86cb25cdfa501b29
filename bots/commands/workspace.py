"""Which workspace and channel a command is about: as given, or the only one that the database knows."""

import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from bots.commands.database import opened
from bots.commands.failures import Refused
from core import caps, logs, settings, wording
from core.access import AccessLists
from core.caps import Caps
from core.configurations import Configurations
from core.export import Export
from core.fitting import CHANNEL_ID
from core.models import Models
from core.own_endpoints import OwnEndpoints
from core.people import Person, WorkspaceRef, operator
from core.personas import Personas
from core.privacy import Privacy
from core.settings import Settings
from core.tools.own_servers import OwnServers
from core.tools.registry import Tools
from core.tools.search import Room
from core.tools.tool import Asker
from core.transfer import Transfer
from core.usage import Usage
from core.workspace import WorkspaceSettings
from storage import workspaces
from storage.database import Database
from storage.incoming import Place
from storage.tables import Channel, Workspace
from storage.words import Platform

F = TypeVar("F", bound=Callable[..., Any])

WORKSPACE = re.compile(r"(slack|discord):(\S+)", re.IGNORECASE)


def workspace_option(function: F) -> F:
    return click.option(
        "-w",
        "--workspace",
        metavar="PLATFORM:ID",
        callback=_parsed,
        help="Such as slack:T0123ABC or discord:4567 (or set PARLEY_WORKSPACE); not needed while there is only one.",
    )(function)


def channel_option(function: F) -> F:
    return click.option(
        "-c", "--channel", required=True, metavar="ID|#NAME", help="The channel, by its id or its name."
    )(function)


def place_option(function: F) -> F:
    return click.option(
        "-c", "--channel", metavar="ID|#NAME", help="A channel, by its id or its name; else the whole workspace."
    )(function)


def json_option(function: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")(function)


def most_option(function: F) -> F:
    return click.option(
        "--most", type=click.IntRange(1, 1_000), default=50, show_default=True, help="How many to list at most."
    )(function)


def _parsed(_context: click.Context, _option: click.Parameter, given: str | None) -> WorkspaceRef | None:
    return workspace_of(given) if given else None


def workspace_of(given: str) -> WorkspaceRef:
    """The workspace that is named so. Raises BadParameter."""
    found = WORKSPACE.fullmatch(wording.clean(given).strip())
    if found is None:
        raise click.BadParameter(f"{given!r} is no workspace: write slack:T0123ABC or discord:4567.")
    return WorkspaceRef(Platform(found[1].lower()), found[2])


@dataclass(frozen=True, slots=True)
class Desk:
    """The workspace that a command is about, and the means to work on it, as whoever has the database at hand."""

    by: Person
    settings: Settings
    database: Database
    models: Models
    _row: Workspace | None
    _configurations: Configurations

    @property
    def workspace(self) -> WorkspaceRef:
        return self.by.workspace

    @property
    def workspace_name(self) -> str:
        return self._row.name if self._row is not None else ""

    @property
    def personas(self) -> Personas:
        return Personas(self.database, self._configurations, self.models.check)

    @property
    def of_workspace(self) -> WorkspaceSettings:
        summarises = self.settings.summaries == "on"
        return WorkspaceSettings(self.database, self._configurations, self.models.check, summarises=summarises)

    @property
    def own_endpoints(self) -> OwnEndpoints:
        return OwnEndpoints(self.database, self._configurations, self.settings)

    @property
    def tools(self) -> Tools:
        """They are to be closed."""
        return Tools(self.database, self.settings, _nowhere)

    def own_servers(self, tools: Tools) -> OwnServers:
        return OwnServers(self.database, self._configurations, self.settings, tools)

    @property
    def privacy(self) -> Privacy:
        return Privacy(self.database, self._configurations, self.settings.retention_days)

    @property
    def access(self) -> AccessLists:
        return AccessLists(self.database, self._configurations)

    @property
    def export(self) -> Export:
        return Export(self.database, self._configurations)

    @property
    def usage(self) -> Usage:
        return Usage(self.database, self._configurations, caps.general(self.settings.caps))

    @property
    def caps(self) -> Caps:
        return Caps(self.database, self._configurations, caps.general(self.settings.caps))

    @property
    def transfer(self) -> Transfer:
        return Transfer(self.database, self._configurations, self.models.check)

    async def place(self, given: str) -> Place:
        """The channel with this id or name. Raises Refused, with the known ones, when none or several are meant."""
        given = wording.clean(given).strip()
        known = await self._channels()
        found = [channel for channel in known if given == channel.platform_id] or [
            channel for channel in known if channel.name and given.removeprefix("#") == channel.name
        ]
        if len(found) == 1:
            return self._place(found[0].platform_id, found[0].name, found[0].topic)
        if not found and CHANNEL_ID[self.workspace.platform].fullmatch(given):
            return self._place(given)
        raise Refused(_which_channel(given, found, known))

    async def _channels(self) -> list[Channel]:
        if self._row is None or self._row.id is None:
            return []
        return await self.database.run(workspaces.channels, self._row.id)

    def _place(self, channel_id: str, name: str = "", topic: str | None = None) -> Place:
        return Place(
            platform=self.workspace.platform,
            workspace_id=self.workspace.id,
            channel_id=channel_id,
            channel_name=name,
            channel_topic=topic,
        )


@asynccontextmanager
async def desk(given: WorkspaceRef | None, *, may_be_new: bool = False) -> AsyncIterator[Desk]:
    """Open the database and find the workspace in it. Raises Refused, with the known ones, when that is not possible.

    One that the database has not met is taken only if it is named and `may_be_new`.
    """
    loaded = settings.load()
    logs.set_up(loaded)
    given = given or (workspace_of(loaded.workspace) if loaded.workspace else None)
    async with opened(loaded.database_url) as database:
        known = await database.run(workspaces.known)
        row = _chosen(given, known, may_be_new, loaded.database_url)
        ref = given or WorkspaceRef(Platform(row.platform), row.platform_id)  # type: ignore[union-attr]
        yield Desk(operator(ref), loaded, database, Models(loaded), row, Configurations(database))


def _chosen(given: WorkspaceRef | None, known: list[Workspace], may_be_new: bool, url: str) -> Workspace | None:
    if given is None:
        if len(known) == 1:
            return known[0]
        raise Refused(_which_workspace(known, url))
    row = next((row for row in known if (row.platform, row.platform_id) == (given.platform, given.id)), None)
    if row is None and not may_be_new:
        raise Refused(f"{given.platform.value}:{given.id} is not known. {_which_workspace(known, url)}")
    return row


async def _nowhere(_asker: Asker, _rooms: Sequence[Room]) -> frozenset[Room]:
    """No platform is at hand that could say what somebody may read."""
    return frozenset()


def _which_workspace(known: list[Workspace], url: str) -> str:
    if not known:
        return (
            f"The database {url!r} knows no workspace yet: mention Parley in it once, "
            "or name it with --workspace slack:T0123ABC or discord:4567."
        )
    lines = "\n".join(f"  {row.platform}:{row.platform_id}  {row.name}".rstrip() for row in known)
    return f"Name the workspace with --workspace; the known ones are:\n{lines}"


def _which_channel(given: str, found: list[Channel], known: list[Channel]) -> str:
    if not known:
        return f"No channel {given!r} is known yet: give the channel's id, or mention Parley there once."
    listed = found or known
    lines = "\n".join(
        f"  {channel.platform_id}  {f'#{channel.name}' if channel.name else ''}".rstrip() for channel in listed
    )
    problem = f"Several channels are called {given!r}: give an id" if found else f"No channel {given!r} is known"
    return f"{problem}; {'these are' if found else 'the known ones are'}:\n{lines}"
