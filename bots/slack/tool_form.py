"""The form of a server of tools that a workspace brings along. Its key is entered here, and never shown again."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import views
from bots.slack.command import Command
from bots.slack.views import Origin
from core.own_endpoints import KEY_LIMIT, URL_LIMIT
from core.tools.own_servers import OwnServers
from storage.tool_servers import ServerFields
from storage.words import Asks

FORM = "tool_server_form"
NAME_LIMIT = 40


def form(origin: Origin) -> dict[str, Any]:
    blocks = [
        _line("name", "Name", "tickets", NAME_LIMIT),
        _line("url", "Address", "https://mcp.example.com/mcp", URL_LIMIT),
        _line("key", "Key", "Leave it empty where none is needed, or to keep the one that is there", KEY_LIMIT),
        views.select("asks", "Whom it asks before a call", Asks, Asks.CHANGES, "Before one that may change something"),
    ]
    return views.form(FORM, "Server of tools", origin.packed(), blocks)


class ToolForm:
    def __init__(self, servers: OwnServers) -> None:
        self._servers = servers

    async def save(self, command: Command, view: dict[str, Any], client: AsyncWebClient) -> str:
        """Raises NotPossible with every problem, and PlatformTrouble."""
        given = ServerFields(
            name=views.entered(view, "name"),
            url=views.entered(view, "url"),
            key=views.entered(view, "key") or None,
            asks=views.chosen(view, "asks"),
        )
        return await self._servers.set(command.by, given)


def _line(block_id: str, label: str, placeholder: str, limit: int) -> dict[str, Any]:
    return views.text_input(block_id, label, "", placeholder, limit, optional=True)
