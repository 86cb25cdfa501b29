"""The live connections to MCP servers: opened when a reply needs one, closed when none has needed it for a while.

A server that cannot be reached is left alone for a moment, so that no reply waits for it again and again.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import structlog

from core.newest import Newest
from core.tools.servers import Server
from core.tools.tool import Tool

if TYPE_CHECKING:
    from core.tools.mcp_client import Connection, Offered

log = structlog.get_logger()

IDLE_S = 300.0
REST_S = 30.0
MOST = 50
MOST_RESTING = 1_000


class Connections:
    def __init__(self) -> None:
        self._live: dict[tuple[object, ...], Connection] = {}
        self._resting: Newest[tuple[object, ...], float] = Newest(MOST_RESTING)
        self._timers: dict[tuple[object, ...], asyncio.TimerHandle] = {}
        self._closing: set[asyncio.Task[None]] = set()

    async def tools(self, server: Server, wanted: Callable[[str], bool]) -> Sequence[Tool]:
        """Those of a server's tools that are wanted, by name; none while it cannot be reached."""
        now = asyncio.get_running_loop().time()
        if self._resting.get(server.identity, 0.0) > now:
            return []
        # The library takes half a second to load, and most replies need none of it.
        try:
            from core.tools.mcp_client import ServersTool, Unreachable
        except ModuleNotFoundError as error:
            log.error("tools.no_mcp", missing=error.name, advice="pip install 'parley[tools]'")
            self._resting[server.identity] = float("inf")
            return []
        connection = self._of(server)
        try:
            offered = await connection.tools()
        except Unreachable as error:
            log.warning("tools.server_unreachable", server=server.name, reason=str(error))
            self._resting[server.identity] = now + REST_S
            self._drop(server.identity)
            return []
        return [
            ServersTool(connection, f"{server.name}:{one.name}", one, _asks(server, one))
            for one in offered
            if wanted(one.name)
        ]

    async def close(self) -> None:
        for timer in self._timers.values():
            timer.cancel()
        for identity in list(self._live):
            self._drop(identity)
        if self._closing:
            await asyncio.wait(self._closing)

    def _of(self, server: Server) -> "Connection":
        from core.tools.mcp_client import Connection

        identity = server.identity
        if identity in self._live and self._live[identity].is_over:
            self._drop(identity)
        if identity not in self._live:
            if len(self._live) >= MOST:
                self._drop(next(iter(self._live)))
            self._live[identity] = Connection(server)
        if identity in self._timers:
            self._timers[identity].cancel()
        self._timers[identity] = asyncio.get_running_loop().call_later(IDLE_S, self._drop, identity)
        return self._live[identity]

    def _drop(self, identity: tuple[object, ...]) -> None:
        connection = self._live.pop(identity, None)
        if (timer := self._timers.pop(identity, None)) is not None:
            timer.cancel()
        if connection is not None:
            task = asyncio.create_task(connection.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)


def _asks(server: Server, offered: "Offered") -> bool:
    return server.must_be_allowed(offered.name, only_reads=offered.only_reads)
