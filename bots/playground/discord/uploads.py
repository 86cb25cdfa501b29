"""Bodies of REST calls: JSON, or multipart with files (discord.com/developers/docs/reference, "Uploading Files")."""

import mimetypes
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bots.playground.discord import jsons
from bots.playground.discord.errors import Refusal

FILE_FIELD = re.compile(r"files\[(\d+)\]")


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
    """The body of a call; a file over the limit is refused with 40005."""
    try:
        if request.content_type == "multipart/form-data":
            return await _read_multipart(request, limit_bytes)
        raw = await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise Refusal(40005) from error
    if not raw:
        return Body()
    return Body(jsons.decode(raw))


async def _read_multipart(request: web.Request, limit_bytes: int) -> Body:
    body = Body()
    for name, part in (await request.post()).items():
        if name == "payload_json":
            body.value = jsons.decode(_bytes(part))
        elif isinstance(part, web.FileField):
            body.uploads.append(_upload(name, part, len(body.uploads), limit_bytes))
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
