"""How control routes read their bodies and refuse bad ones."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bots.playground.discord import jsons
from bots.playground.discord.control import names
from bots.playground.discord.control.names import Unknown
from bots.playground.discord.entities import Channel, Message, User
from bots.playground.discord.message_payloads import Renderer
from bots.playground.discord.state import STATE, ServerState


class Bad(Exception):
    """A request that the control interface refuses; `status` is what it answers."""

    def __init__(self, message: str, status: int = 400) -> None:
        self.status = status
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Wish:
    """One control request: its body, the path's ids and the server."""

    request: web.Request
    state: ServerState
    body: dict[str, Any]

    @property
    def renderer(self) -> Renderer:
        """Everything is readable for the page, at the address that it came by."""
        base_url = base_url_of(self.request)
        return Renderer(self.state.world, base_url, self.state.rules.attachment_url_life_s, sees_content=True)

    def required(self, key: str) -> Any:
        if self.body.get(key) is None:
            raise Bad(f"{key!r} is missing")
        return self.body[key]

    def user(self, key: str = "user") -> User:
        return names.user(self.state.world, self.required(key))

    def channel(self) -> Channel:
        return names.channel(self.state.world, self.required("channel"))

    def message(self, given: Any) -> Message:
        return names.message(self.state.world, given)


def base_url_of(request: web.Request) -> str:
    """The address below which this Discord is mounted."""
    return f"{request.scheme}://{request.host}{request.path.partition('/control')[0]}"


def control(
    act: Callable[[Wish], Awaitable[tuple[int, Any]]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The aiohttp handler of a control route; writes must say that they are JSON."""

    async def respond(request: web.Request) -> web.Response:
        try:
            body = await _read(request)
            status, answer = await act(Wish(request, request.app[STATE], body))
        except (Bad, Unknown) as error:
            status, answer = getattr(error, "status", 404), {"error": str(error)}
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            status, answer = 400, {"error": f"the request is not understood: {error!r}"}
        return jsons.response(answer, status)

    return respond


async def _read(request: web.Request) -> dict[str, Any]:
    if request.method in ("GET", "DELETE") and not request.can_read_body:
        return {}
    if request.content_type != "application/json":
        raise Bad("the content type must be application/json", 415)
    try:
        body = json.loads(await request.read())
    except ValueError as error:
        raise Bad(f"the body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise Bad("the body must be a JSON object")
    return body
