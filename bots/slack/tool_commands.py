"""`/parley tools …`: which tools there are for personas to list, and the servers that a workspace brings along."""

from bots.slack import tool_form
from bots.slack.command import Answer, Command, Noun, whole_name
from core.tools import own_servers
from core.tools.own_servers import OwnServers

HELP = (
    "`/parley tools [list]`, `/parley tools show SERVER`: the tools that personas can list",
    "`/parley tools set`, `/parley tools remove SERVER`: this workspace's own servers of tools; for admins",
)


class ToolCommands:
    def __init__(self, servers: OwnServers) -> None:
        self._servers = servers

    @property
    def noun(self) -> Noun:
        deeds = {"list": self._list, "show": self._show, "set": self._set, "remove": self._remove}
        return Noun("tools", deeds, "list", HELP)

    async def _list(self, command: Command, _rest: str) -> Answer:
        return Answer(own_servers.told(await self._servers.listed(command.by), self._servers.built_in))

    async def _show(self, command: Command, rest: str) -> Answer:
        name = whole_name(rest)
        return Answer(own_servers.told_tools(name, await self._servers.tools(command.by, name)))

    async def _set(self, command: Command, _rest: str) -> Answer:
        await self._servers.may_set(command.by)
        return Answer(form=tool_form.form(command.origin))

    async def _remove(self, command: Command, rest: str) -> Answer:
        return Answer(await self._servers.remove(command.by, whole_name(rest)))
