"""How a connection to Slack comes about again."""

import aiohttp
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bots.playground.serving import serving
from bots.slack import web as slack_web
from bots.slack.sockets import Sockets


class Addresses:
    """A Slack whose first address leads nowhere, as one does that came too late."""

    def __init__(self) -> None:
        self.given = 0

    async def open(self, request: web.Request) -> web.Response:
        self.given += 1
        return web.json_response({"ok": True, "url": f"ws://{request.host}/{self.given}"})

    async def connect(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/1":
            raise web.HTTPNotFound
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for _ in socket:
            pass
        return socket


async def authorize() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T0PARLEY00")


async def heard(_body: object) -> None:
    pass


async def test_an_address_that_failed_is_not_tried_again() -> None:
    slack, app = Addresses(), web.Application()
    app.router.add_post("/api/apps.connections.open", slack.open)
    app.router.add_get("/{number}", slack.connect)
    async with serving(app) as url, aiohttp.ClientSession() as connections:
        client = slack_web.client(None, f"{url}/api/", connections)
        sockets = Sockets(AsyncApp(client=client, authorize=authorize), "xapp-1", client, 0.05, heard)
        sockets.client.proxy = None
        try:
            await sockets.client.connect()  # type: ignore[no-untyped-call]
            assert await sockets.client.is_connected()
            assert slack.given == 2
        finally:
            await sockets.client.close()  # type: ignore[no-untyped-call]
