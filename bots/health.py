"""The HTTP server on PORT: `/healthz` (this process is alive), `/readyz` (it can serve), and whatever is added."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

import structlog
from aiohttp import web

from bots.doors import Doors
from bots.readiness import Look, is_ready

log = structlog.get_logger()

SHUTDOWN_S = 1.0
MAX_BODY_BYTES = 1024 * 1024


@asynccontextmanager
async def answering(
    port: int,
    look: Look,
    doors: Doors | None = None,
    *,
    routes: Sequence[web.AbstractRouteDef] = (),
    applications: Mapping[str, web.Application] | None = None,
) -> AsyncIterator[int]:
    """Serve on every address of this machine while the block runs; yields the port.

    `look` pings the parts that must work. `routes` are answered too, and `applications` below their prefixes, such as
    `/admin`; what is none of these goes to the platforms' doors. Raises OSError when the port is taken.
    """
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.add_routes([web.get("/healthz", _alive), web.get("/readyz", _ready_if(look)), *routes])
    for prefix, application in (applications or {}).items():
        app.add_subapp(prefix, application)
    if doors is not None:
        app.router.add_route("*", "/{path:.*}", _through(doors))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, port=port).start()
        # With port 0, IPv4 and IPv6 get a port each; an address of IPv4 has two parts, one of IPv6 four.
        bound: int = min(runner.addresses, key=len)[1]
        log.info("health.listening", port=bound)
        yield bound
    finally:
        await runner.cleanup()


async def _alive(_request: web.Request) -> web.Response:
    return web.json_response({"status": "alive"})


def _ready_if(look: Look) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def ready(_request: web.Request) -> web.Response:
        found = await look()
        well = is_ready(found)
        answer = {
            "status": "ready" if well else "unready",
            "parts": {name: one.well for name, one in found.items()},
            "ms": {name: one.ms for name, one in found.items()},
            "why": {name: one.why for name, one in found.items() if one.why},
        }
        return web.json_response(answer, status=200 if well else 503)

    return ready


def _through(doors: Doors) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Behind a shut door is 503, which tells a platform to come again; where no door is, 404."""

    async def serve(request: web.Request) -> web.StreamResponse:
        if (handler := doors.at(request.path)) is not None:
            return await handler(request)
        if doors.are_shut:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "5"})
        raise web.HTTPNotFound

    return serve
