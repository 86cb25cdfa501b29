"""The control API's shared parts: reading requests, answering, and keeping other web pages out."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from aiohttp import web
from yarl import URL

from bots.playground.slack.errors import ControlError
from bots.playground.slack.feed import dumps

Body = TypeVar("Body")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer refusals of control routes as JSON, and let no foreign page in.

    A page of another origin can neither send an `Origin` that fits nor, without asking first, JSON.
    """
    resource = request.match_info.route.resource
    if resource is None or "/control/" not in resource.canonical:
        return await handler(request)
    origin = request.headers.get("Origin")
    if origin is not None and URL(origin).authority != request.host:
        return answered({"error": "foreign origin"}, 403)
    if request.method in ("POST", "PUT", "PATCH") and request.content_type != "application/json":
        return answered({"error": "Content-Type must be application/json"}, 415)
    try:
        return await handler(request)
    except ControlError as refusal:
        return answered({"error": refusal.text}, refusal.status)


def answered(body: Any, status: int = 200) -> web.Response:
    return web.Response(text=dumps(body), status=status, content_type="application/json")


async def read(request: web.Request, kind: type[Body]) -> Body:
    """The JSON body as a struct; lone surrogates come through as they are. Raises `ControlError`."""
    try:
        return msgspec.convert(json.loads(await request.read()), type=kind)
    except (ValueError, msgspec.ValidationError) as error:
        raise ControlError(str(error)) from None


def queried(request: web.Request, *names: str) -> list[str]:
    """Query arguments that must be there."""
    missing = [name for name in names if name not in request.query]
    if missing:
        raise ControlError(f"missing query arguments: {', '.join(missing)}")
    return [request.query[name] for name in names]
