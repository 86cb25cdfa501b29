"""The MCP servers of a workspace: who may bring one along, where it may be, and that its key is never shown again.

They are reached over HTTP, and where is decided as for a workspace's own model endpoint. Commands, which would run on
the host, are for the operator's file alone.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from core import addresses, texts, wording
from core.configurations import Configurations
from core.models import vault_of
from core.own_endpoints import URL_LIMIT, wrong_key
from core.people import Person
from core.rights import Rights
from core.settings import Settings
from core.tools.registry import Tools
from core.tools.servers import NAME, Server
from storage import tool_servers, workspaces
from storage.configurations import Configuration
from storage.database import Database
from storage.problems import NotPossible, Problem
from storage.tool_servers import ServerFields
from storage.words import Asks

MOST = 20


@dataclass(frozen=True, slots=True)
class ServerShown:
    """What may be shown of a server: `own` holds when the workspace has brought it, and nothing of the key is told."""

    name: str
    where: str
    asks: Asks
    own: bool
    has_key: bool


class OwnServers:
    """Only admins of a workspace may bring servers: these are told what people say there, and may do things for them.

    Each deed raises NotPossible (NotAllowed for others), or PlatformTrouble, and returns one sentence for people.
    """

    def __init__(self, database: Database, configurations: Configurations, settings: Settings, tools: Tools) -> None:
        self._database = database
        self._configurations = configurations
        self._where = settings.own_endpoints
        self._vault = vault_of(settings)
        self._rights = Rights(configurations)
        self._tools = tools

    @property
    def built_in(self) -> tuple[str, ...]:
        """The names of the tools that come along."""
        return self._tools.names

    async def listed(self, by: Person) -> list[ServerShown]:
        """The servers whose tools personas of the workspace may list."""
        await self._rights.may_change_workspace(by)
        configuration = await self._configurations.now(by.workspace)
        return [_shown(server) for server in self._servers(configuration, by).values()]

    async def tools(self, by: Person, name: str) -> list[tuple[str, bool]]:
        """The tools of a server, and which somebody must allow; the server is asked."""
        await self._rights.may_change_workspace(by)
        server = self._servers(await self._configurations.now(by.workspace), by).get(name.strip())
        if server is None:
            raise NotPossible(texts.no_tool_server(name))
        found = await self._tools.listed(server)
        if not found:
            raise NotPossible(texts.TOOL_SERVER_SILENT)
        return [(tool.name, tool.asks) for tool in found]

    async def may_set(self, by: Person) -> None:
        """Raises what `set` would for somebody who may not."""
        await self._rights.must_administer(by)
        if self._where == "off":
            raise NotPossible(texts.TOOL_SERVERS_OFF, "url")

    async def set(self, by: Person, given: ServerFields) -> str:
        """Bring a server along, or change it; the key stays when none is given and the address is the same."""
        await self.may_set(by)
        fit = self._fit(given)
        configuration = await self._configurations.now(by.workspace)
        if len(configuration.servers) >= MOST and all(one.name != fit.name for one in configuration.servers):
            raise NotPossible(f"A workspace has at most {MOST} servers.", "name")
        row = await self._database.run(workspaces.workspace, by.platform, by.workspace_id)
        await self._database.run(tool_servers.keep, self._vault, row, by.actor, fit)
        return f"Personas can list the tools of {fit.name!r} from now on: `{fit.name}:*`, or one by one."

    async def remove(self, by: Person, name: str) -> str:
        await self._rights.must_administer(by)
        row = await self._database.run(workspaces.workspace, by.platform, by.workspace_id)
        if not await self._database.run(tool_servers.remove, row, by.actor, name.strip()):
            raise NotPossible(texts.no_tool_server(name), "name")
        return f"The server {name.strip()!r} and its key are removed."

    def _servers(self, configuration: Configuration, by: Person) -> dict[str, Server]:
        return self._tools.servers_of(configuration, f"{by.platform}:{by.workspace_id}")

    def _fit(self, given: ServerFields) -> ServerFields:
        """What was entered, made fit to be kept. Raises NotPossible with every problem."""
        name, url = wording.clean(given.name).strip().lower(), wording.clean(given.url).strip()
        key = None if given.key is None else given.key.strip()
        asks = given.asks or Asks.CHANGES.value
        told = {
            "name": "" if NAME.fullmatch(name) and name not in self.built_in else texts.TOOL_SERVER_NAME,
            "url": self._wrong_address(url),
            "asks": "" if asks in list(Asks) else f"Say one of: {', '.join(Asks)}.",
            "key": wrong_key(key or "") or (texts.OWN_ENDPOINTS_UNKEPT if key and self._vault is None else ""),
        }
        problems = [Problem(field, sentence) for field, sentence in told.items() if sentence]
        if problems:
            raise NotPossible.of(problems)
        return ServerFields(name=name, url=url, asks=asks, key=key)

    def _wrong_address(self, url: str) -> str:
        if len(url) > URL_LIMIT:
            return f"An address has at most {URL_LIMIT} characters."
        if self._where == "public":
            return addresses.problem(url)
        return "" if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname else "This is not an address."


def _shown(server: Server) -> ServerShown:
    where = server.url or "a command on the host"
    return ServerShown(server.name, where, server.asks, server.owned_by is not None, bool(server.key))


def told(servers: list[ServerShown], built_in: tuple[str, ...]) -> str:
    """The tools that there are, in words."""
    lines = [f"These come along: {', '.join(f'`{name}`' for name in built_in)}."]
    for one in servers:
        whose = "the workspace's own" if one.own else "of whoever runs Parley"
        lines.append(f"`{one.name}:…` ({whose}, at {one.where}; asks {_ASKS[one.asks]})")
    return "\n".join([*lines, "A persona has the tools that it lists."])


def told_tools(server: str, tools: list[tuple[str, bool]]) -> str:
    """The tools of a server, in words."""
    lines = [f"`{name}`{' (asks first)' if asks else ''}" for name, asks in tools]
    return "\n".join([f"A persona can list `{server}:*` for all of these, or some:", *lines])


_ASKS = {
    Asks.ALWAYS: "before each call",
    Asks.CHANGES: "before a call that may change something",
    Asks.NEVER: "nobody",
}
