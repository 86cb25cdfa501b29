"""Which tools there are for a reply: those that its persona lists, of all that come along or are set up."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog

from core import addresses
from core.display import Display
from core.metrics import OWN
from core.models import vault_of
from core.settings import Settings
from core.settings.fields import parts
from core.surface import Surface
from core.telemetry import Telemetry
from core.tools import servers
from core.tools.builtin import Calculator, Clock
from core.tools.connections import Connections
from core.tools.questions import Questions
from core.tools.rounds import Limits, Rounds
from core.tools.search import Search, Sees
from core.tools.servers import Server
from core.tools.tool import Asker, Tool
from core.tools.toolbox import Toolbox
from storage.claims import Work
from storage.configurations import Configuration, OwnServer, Voice
from storage.database import Database
from storage.encrypted import Unreadable
from storage.words import AuthorKind

log = structlog.get_logger()

EVERY = "*"


class Tools:
    """`sees` asks the platform what a person may read."""

    def __init__(self, database: Database, settings: Settings, sees: Sees, telemetry: Telemetry | None = None) -> None:
        self._database = database
        self._settings = settings
        self._vault = vault_of(settings)
        self._default = tuple(parts(settings.tools))
        self._own: dict[str, Tool] = {
            tool.name: tool for tool in (Search(database, sees), Clock(lambda: datetime.now(UTC)), Calculator())
        }
        self._servers = servers.read(Path(settings.mcp)) if settings.mcp else {}
        self._connections = Connections()
        self._limits = Limits(settings.tool_rounds, settings.tool_s)
        self._telemetry = telemetry or Telemetry()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of those that come along."""
        return tuple(self._own)

    def servers_of(self, configuration: Configuration, workspace: str) -> dict[str, Server]:
        """The servers that a workspace may use, by name; `workspace` is such as `slack:T0123`.

        The operator's comes before a workspace's own of the same name.
        """
        brought = {} if self._settings.own_endpoints == "off" else dict(self._brought(configuration))
        offered = {
            name: server
            for name, server in self._servers.items()
            if not server.workspaces or workspace in server.workspaces
        }
        return brought | offered

    async def rounds(
        self, work: Work, configuration: Configuration, persona: Voice | None, display: Display, surface: Surface
    ) -> Rounds | None:
        """What a reply may do by tools; None when there is nothing that it may."""
        names = persona.tools if persona is not None and persona.tools else self._default
        if not names and not work.called:
            return None
        known = self.servers_of(configuration, f"{work.platform}:{work.workspace_id}")
        toolbox = Toolbox(await self._named(names, known))
        if not toolbox and not work.called:
            return None
        asker = asker_of(work, configuration)
        token, wait_s = f"r{work.reply_id}.{work.version}", self._settings.approval_s
        questions = Questions(self._database, surface, token, asker.person_name, wait_s, display.confirm)
        return Rounds(
            self._database, work, toolbox, asker, display, questions, self._limits, self._telemetry, self._label
        )

    async def listed(self, server: Server) -> Sequence[Tool]:
        """All tools of a server; none when it cannot be reached."""
        return await self._connections.tools(server, lambda _: True)

    async def close(self) -> None:
        await self._connections.close()

    async def _named(self, names: Iterable[str], known: Mapping[str, Server]) -> list[Tool]:
        return await named(names, self._own, known, self._connections)

    def _label(self, name: str) -> str:
        """What a tool is counted as: itself, or its server, where that is the operator's."""
        server, colon, _ = name.partition(":")
        if not colon:
            return name
        return server if server in self._servers else OWN

    def _brought(self, configuration: Configuration) -> Iterable[tuple[str, Server]]:
        for own in configuration.servers:
            if self._settings.own_endpoints == "public" and addresses.problem(own.url):
                log.warning("tools.address_refused", server=own.name, workspace=configuration.workspace_row)
                continue
            try:
                key = self._unsealed(own)
            except Unreadable:
                log.warning("tools.key_unreadable", server=own.name, workspace=configuration.workspace_row)
                continue
            yield (
                own.name,
                Server(
                    name=own.name,
                    url=own.url,
                    key=key,
                    asks=own.asks,
                    owned_by=configuration.workspace_row,
                    must_be_public=self._settings.own_endpoints == "public",
                ),
            )

    def _unsealed(self, own: OwnServer) -> str:
        if own.sealed_key and self._vault is None:
            raise Unreadable(Unreadable.__doc__)
        return self._vault.unseal(own.sealed_key) if self._vault is not None else ""


async def named(
    names: Iterable[str], own: Mapping[str, Tool], known: Mapping[str, Server], connections: Connections
) -> list[Tool]:
    """The tools of these names, of those that come along and of servers; a name that stands for none is left out."""
    found = [own[name] for name in dict.fromkeys(names) if name in own]
    wanted: dict[str, set[str]] = {}
    for name in names:
        server, colon, tool = name.partition(":")
        if colon and server in known:
            wanted.setdefault(server, set()).add(tool)
        elif name not in own:
            log.info("tools.unknown", name=name)
    asked = [connections.tools(known[server], partial(_is_in, chosen)) for server, chosen in wanted.items()]
    return [*found, *(tool for tools in await asyncio.gather(*asked) for tool in tools)]


def _is_in(chosen: set[str], tool: str) -> bool:
    return EVERY in chosen or tool in chosen


def asker_of(work: Work, configuration: Configuration) -> Asker:
    """For whom the tools of a reply run."""
    said = (turn for turn in reversed(work.turns) if turn.author_id == work.asker_id)
    name = next((turn.author_name for turn in said if turn.author_kind is AuthorKind.PERSON), "")
    return Asker(
        platform=work.platform,
        workspace_row=work.workspace_row,
        workspace_id=work.workspace_id,
        channel_id=work.channel_id,
        posts_in=work.posts_in,
        person_id=work.asker_id,
        person_name=name,
        timezone=configuration.timezone,
    )
