"""Bodies of REST calls: JSON, or multipart with files (discord.com/developers/docs/reference, "Uploading Files")."""

import mimetypes
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import http_exceptions, web

from bots.playground.discord import jsons
from bots.playground.discord.errors import InvalidForm, Refusal

FILE_FIELD = re.compile(r"files\[(\d+)\]")
MOST_BYTES = 25 * 1024 * 1024
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "application/json")


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a multipart body, with the number that `attachments` names it by."""

    number: int
    filename: str
    content: bytes
    content_type: str


@dataclass(slots=True)
class Body:
    """What a call brought."""

    value: Any = field(default_factory=dict)
    uploads: list[Upload] = field(default_factory=list)


async def read(request: web.Request, limit_bytes: int) -> Body:
    """The body of a call; one of over 25 MiB, or with a file over the limit, is refused with 40005."""
    if (request.content_length or 0) > MOST_BYTES:
        async for _ in request.content.iter_any():
            pass
        raise Refusal(40005)
    try:
        if request.content_type in FORMS[:2]:
            return await _read_form(request, limit_bytes)
        raw = await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise Refusal(40005) from error
    except (http_exceptions.HttpProcessingError, ValueError) as error:
        raise Refusal(50109) from error
    if not raw:
        return Body()
    if request.content_type not in FORMS:
        message = f'Expected "Content-Type" header to be one of {{{", ".join(map(repr, FORMS))}}}.'
        raise InvalidForm({"_errors": [{"code": "CONTENT_TYPE_INVALID", "message": message}]})
    return Body(jsons.decode(raw))


async def _read_form(request: web.Request, limit_bytes: int) -> Body:
    """A form: its fields, or `payload_json` in their place, and its files."""
    body = Body()
    fields = await request.post()
    for name, part in fields.items():
        if isinstance(part, web.FileField) and name != "payload_json":
            body.uploads.append(_upload(name, part, len(body.uploads), limit_bytes))
        elif isinstance(part, str):
            body.value[name] = part
    if "payload_json" in fields:
        body.value = jsons.decode(_bytes(fields["payload_json"]))
    return body


def _bytes(part: str | bytes | bytearray | web.FileField) -> bytes:
    if isinstance(part, web.FileField):
        return part.file.read()
    return part.encode() if isinstance(part, str) else bytes(part)


def _upload(name: str, part: web.FileField, position: int, limit_bytes: int) -> Upload:
    content = part.file.read()
    if len(content) > limit_bytes:
        raise Refusal(40005)
    match = FILE_FIELD.fullmatch(name)
    number = int(match[1]) if match else position
    return Upload(number, part.filename, content, guess_type(part.filename, part.content_type))


def guess_type(filename: str, declared: str) -> str:
    """The type that the file's name tells, where the sender only said that it is bytes."""
    guessed, _ = mimetypes.guess_type(filename)
    if guessed is None:
        return declared
    return f"{guessed}; charset=utf-8" if guessed.startswith("text/") else guessed
