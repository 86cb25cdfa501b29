"""Serves the page, and the three local servers below it."""

from pathlib import Path

import msgspec
from aiohttp import web

from bots.playground.page import guard, rich
from bots.playground.page.personas import Office

_STATIC = Path(__file__).parent / "static"
_MOST_ITEMS = 500
_MOST_BYTES = 64 * 1024 * 1024


class _Item(msgspec.Struct):
    kind: rich.Kind
    text: str


class _Wanted(msgspec.Struct):
    items: list[_Item]


def create_app(
    slack: web.Application,
    discord: web.Application,
    model: web.Application | None,
    *,
    answering: str,
    office: Office | None = None,
) -> web.Application:
    """The page at `/` with the local servers at `/slack`, `/discord` and `/model`.

    `answering` names the model that answers; without a local `model` the page cannot show what a model saw, and without
    an open `office` it cannot change personas.
    """

    async def about(_: web.Request) -> web.Response:
        return web.json_response({"answering": answering, "built_in": model is not None})

    app = web.Application(middlewares=[guard.only_this_page], client_max_size=_MOST_BYTES)
    app.on_response_prepare.append(guard.add_headers)
    app.add_routes([web.get("/", _page), web.get("/page/about", about), web.post("/page/render", _Rendering().answer)])
    app.add_routes((office or Office()).routes())
    app.router.add_static("/static", _STATIC)
    app.add_subapp("/slack", slack)
    app.add_subapp("/discord", discord)
    if model is not None:
        app.add_subapp("/model", model)
    return app


async def _page(_: web.Request) -> web.FileResponse:
    return web.FileResponse(_STATIC / "index.html")


class _Rendering:
    """Answers `{"items": [{"kind", "text"}]}` with `{"html": [...]}` in the same order."""

    def __init__(self) -> None:
        self._renderer = rich.Renderer()

    async def answer(self, request: web.Request) -> web.Response:
        try:
            wanted = msgspec.json.decode(await request.read(), type=_Wanted)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return web.json_response({"error": str(error)}, status=400)
        if len(wanted.items) > _MOST_ITEMS:
            return web.json_response({"error": f"at most {_MOST_ITEMS} items"}, status=400)
        return web.json_response({"html": [self._renderer.render(item.kind, item.text) for item in wanted.items]})
