"""The routes by which tests and the page write answers, change rules and read what was asked."""

from typing import Any

import msgspec
from aiohttp import web

from bots.playground.model.rules import Rules
from bots.playground.model.scripts import Script
from bots.playground.model.state import State

_SERVER_ERROR = {
    "error": {
        "message": "The server had an error while processing your request. Sorry about that!",
        "type": "server_error",
        "param": None,
        "code": None,
    }
}


def routes(state: State) -> list[web.RouteDef]:
    """Everything below `/control` but the faults."""
    desk = _Desk(state)
    return [
        web.post("/control/answers", desk.add_answers),
        web.get("/control/answers", desk.show_answers),
        web.delete("/control/answers", desk.clear_answers),
        web.post("/control/release", desk.release),
        web.get("/control/requests", desk.show_requests),
        web.delete("/control/requests", desk.clear_requests),
        web.get("/control/rules", desk.show_rules),
        web.patch("/control/rules", desk.change_rules),
        web.delete("/control/rules", desk.reset_rules),
    ]


def plain_response(script: Script) -> web.Response:
    """The HTTP answer of a script that is no completion."""
    if script.raw is not None:
        content_type = script.content_type or "text/event-stream"
        return web.Response(body=script.raw.encode(), headers={**script.headers, "Content-Type": content_type})
    body = _SERVER_ERROR if script.body is None else script.body
    raw = body.encode() if isinstance(body, str) else msgspec.json.encode(body)
    content_type = script.content_type or "application/json"
    return web.Response(status=script.status, body=raw, headers={**script.headers, "Content-Type": content_type})


class _Desk:
    def __init__(self, state: State) -> None:
        self._state = state

    async def add_answers(self, request: web.Request) -> web.Response:
        try:
            given = msgspec.json.decode(await request.read(), type=Script | list[Script])
        except msgspec.DecodeError as error:
            return _wrong(error)
        for script in given if isinstance(given, list) else [given]:
            self._state.scripts.add(script)
        return web.json_response(self._state.scripts.state(), status=201)

    async def show_answers(self, _: web.Request) -> web.Response:
        return web.json_response(self._state.scripts.state())

    async def clear_answers(self, _: web.Request) -> web.Response:
        self._state.scripts.clear()
        return web.json_response({})

    async def release(self, _: web.Request) -> web.Response:
        self._state.scripts.release()
        return web.json_response({})

    async def show_requests(self, request: web.Request) -> web.Response:
        last = request.query.get("last", "")
        entries = self._state.journal.last(int(last) if last.isdecimal() else None)
        return _json({"requests": entries})

    async def clear_requests(self, _: web.Request) -> web.Response:
        self._state.journal.clear()
        return web.json_response({})

    async def show_rules(self, _: web.Request) -> web.Response:
        return _json(self._state.rules)

    async def change_rules(self, request: web.Request) -> web.Response:
        try:
            fields = msgspec.json.decode(await request.read(), type=dict[str, Any])
            self._state.set_rules(self._state.rules.changed(fields))
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            return _wrong(error)
        return _json(self._state.rules)

    async def reset_rules(self, _: web.Request) -> web.Response:
        self._state.reset_rules()
        return _json(self._state.rules)


def _json(value: Rules | dict[str, Any]) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")


def _wrong(error: Exception) -> web.Response:
    return web.json_response({"error": str(error)}, status=400)
