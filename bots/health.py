"""The HTTP server on PORT: `/healthz` (this process is alive), `/readyz` (it can serve), and the platforms' doors."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import structlog
from aiohttp import web

from bots.doors import Doors
from storage.database import Database

log = structlog.get_logger()

PATIENCE_S = 3.0
SHUTDOWN_S = 1.0
MAX_BODY_BYTES = 1024 * 1024

Parts = Callable[[], Awaitable[dict[str, bool]]]


class Readiness:
    """What must work for the service to be ready: its start, the database, and each platform's connection."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connected: Callable[[], Awaitable[Mapping[Any, bool]]] | None = None

    def started(self, connected: Callable[[], Awaitable[Mapping[Any, bool]]]) -> None:
        """The service has started; `connected` tells of each platform whether its events flow."""
        self._connected = connected

    async def parts(self) -> dict[str, bool]:
        platforms = await self._connected() if self._connected else {}
        return {
            "started": self._connected is not None,
            "database": await self._writable(),
            **{str(platform): connected for platform, connected in platforms.items()},
        }

    async def _writable(self) -> bool:
        try:
            await asyncio.wait_for(self._database.run(_take_the_write_lock), PATIENCE_S)
        except Exception as error:
            log.warning("database.unready", error=type(error).__name__)
            return False
        return True


def _take_the_write_lock(session: Any) -> None:
    session.connection()


@asynccontextmanager
async def answering(port: int, parts: Parts, doors: Doors | None = None) -> AsyncIterator[int]:
    """Serve on every address of this machine while the block runs; yields the port.

    `parts` names what must work, and says of each whether it does. Raises OSError when the port is taken.
    """
    runner = web.AppRunner(_app(parts, doors), access_log=None, shutdown_timeout=SHUTDOWN_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, port=port).start()
        # With port 0, IPv4 and IPv6 get a port each; an address of IPv4 has two parts, one of IPv6 four.
        bound: int = min(runner.addresses, key=len)[1]
        log.info("health.listening", port=bound)
        yield bound
    finally:
        await runner.cleanup()


def _app(parts: Parts, doors: Doors | None) -> web.Application:
    async def alive(_request: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def ready(_request: web.Request) -> web.Response:
        found = await parts()
        well = all(found.values())
        answer = {"status": "ready" if well else "unready", "parts": found}
        return web.json_response(answer, status=200 if well else 503)

    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.add_routes([web.get("/healthz", alive), web.get("/readyz", ready)])
    if doors is not None:
        app.router.add_route("*", "/{path:.*}", doors.serve)
    return app
