"""A local Slack for one workspace: Web API, Socket Mode, response addresses, and the control API beside them."""

from aiohttp import web

from bots.playground import faults
from bots.playground.slack import control, responding
from bots.playground.slack.backend import Backend
from bots.playground.slack.control_inspection import InspectionRoutes
from bots.playground.slack.control_interactions import InteractionRoutes
from bots.playground.slack.control_people import PeopleRoutes
from bots.playground.slack.default_world import default_world
from bots.playground.slack.rules import Rules
from bots.playground.slack.sockets import Sockets
from bots.playground.slack.web_api import dispatch, files, uploads
from bots.playground.slack.world import SlackWorld

MAX_BODY_BYTES = 16 * 1024 * 1024


def create_app(
    world: SlackWorld | None = None, rules: Rules | None = None, sockets: Sockets | None = None
) -> web.Application:
    """The application; it works alone as well as mounted below a prefix with `add_subapp`."""
    backend = Backend(world or default_world(), rules or Rules(), sockets)

    async def serve_method(request: web.Request) -> web.StreamResponse:
        return await dispatch.serve(backend, request)

    async def serve_response(request: web.Request) -> web.StreamResponse:
        return await responding.serve(backend, request)

    async def serve_file(request: web.Request) -> web.StreamResponse:
        return await files.fetch(backend, request)

    async def take_upload(request: web.Request) -> web.StreamResponse:
        return await uploads.take(backend, request)

    app = web.Application(middlewares=[control.guarded], client_max_size=MAX_BODY_BYTES)
    app.add_routes(
        [
            web.get("/api/{method}", serve_method),
            web.post("/api/{method}", serve_method),
            web.get("/socket/{ticket}", backend.sockets.serve, name="socket"),
            web.post("/response/{key:.*}", serve_response, name="response"),
            web.get("/files/{id}/{name}", serve_file, name="file"),
            web.post("/upload/{id}", take_upload, name="upload"),
            *PeopleRoutes(backend).routes(),
            *InteractionRoutes(backend).routes(),
            *InspectionRoutes(backend).routes(),
            *faults.routes(backend.faults),
        ]
    )
    app.on_shutdown.append(backend.hang_up)
    app.on_cleanup.append(backend.close)
    return app
