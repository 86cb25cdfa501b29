"""Checks each MCP server of the operator's file, by opening it and asking which tools it has."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from bots.findings import Finding, Grade
from core import logs
from core.settings import Settings
from core.settings.fields import parts
from core.tools import servers
from core.tools.servers import Server

SUBJECT = "tools"
NO_LIBRARY = "PARLEY_MCP is set, but {missing} is not installed: pip install 'parley[tools]'"
SHOWN = 8


async def checkup(loaded: Settings) -> list[Finding]:
    """A finding for each server, all opened side by side; a server of a workspace's own is none of the operator's."""
    try:
        from core.tools import mcp_client  # noqa: F401
    except ModuleNotFoundError as error:
        return [Finding(Grade.FAIL, SUBJECT, NO_LIBRARY.format(missing=error.name))]
    found = servers.read(Path(loaded.mcp))
    wanted = [name.partition(":") for name in parts(loaded.tools)]
    checks = (_opened(one, [tool for server, _, tool in wanted if server == one.name]) for one in found.values())
    return list(await asyncio.gather(*checks))


async def _opened(server: Server, listed: Iterable[str]) -> Finding:
    from core.tools.mcp_client import Connection, Unreachable

    connection = Connection(server)
    try:
        names = [one.name for one in await connection.tools()]
    except Unreachable as error:
        where = "command" if server.command else "url"
        text = f"{server.name} cannot be used: {error}: check its {where} in PARLEY_MCP"
        return Finding(Grade.FAIL, SUBJECT, logs.masked(text))
    finally:
        await connection.close()
    if missing := [tool for tool in listed if tool not in ("*", *names)]:
        text = f"{server.name} has no tool {missing[0]!r}, which PARLEY_TOOLS names: it has {_some(names)}"
        return Finding(Grade.WARN, SUBJECT, text)
    if not names:
        return Finding(Grade.WARN, SUBJECT, f"{server.name} answers, and has no tools")
    return Finding(Grade.OK, SUBJECT, f"{server.name} has {_some(names)}")


def _some(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{', '.join(names[:SHOWN])}{more}" if names else "none"
