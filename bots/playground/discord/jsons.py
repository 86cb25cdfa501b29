"""JSON in and out; what the strict codec cannot write (lone surrogates) still goes out, escaped."""

import json
from typing import Any

import msgspec
from aiohttp import web

from bots.playground.discord.errors import Refusal


def encode(value: Any) -> bytes:
    """Compact JSON; lone surrogates become escapes."""
    try:
        return msgspec.json.encode(value)
    except (UnicodeEncodeError, TypeError, ValueError):
        return json.dumps(msgspec.to_builtins(value)).encode()


def decode(body: bytes) -> Any:
    """The value of a request's body, or refusal 50109."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(50109) from error


def response(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """An answer whose content type is exactly `application/json`, without a charset, as Discord's is."""
    answer = web.Response(body=encode(value), status=status, headers=headers)
    answer.headers["Content-Type"] = "application/json"
    return answer
