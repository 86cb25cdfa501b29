"""Emoji of the application (discord.com/developers/docs/resources/emoji, "Application-Owned Emoji")."""

import base64
import binascii
import re
from typing import Any

from bots.playground.discord import payloads
from bots.playground.discord.errors import Refusal
from bots.playground.discord.forms.form import Form
from bots.playground.discord.rest.call import Answer, Call, Route

MOST = 2_000
MOST_BYTES = 256 * 1024
NAME = re.compile(r"\w{2,32}", re.ASCII)
DATA = re.compile(r"data:image/(png|jpeg|gif|webp|avif);base64,(?P<content>[A-Za-z0-9+/=]+)")


def _owned(call: Call) -> dict[int, str]:
    if call.id("application") != call.state.world.application_id:
        raise Refusal(20012)
    return call.state.world.emojis


def _payload(call: Call, identifier: int) -> dict[str, Any]:
    body: dict[str, Any] = {"id": str(identifier), "name": call.state.world.emojis[identifier], "roles": []}
    body |= {"user": payloads.user(call.bot), "require_colons": True, "managed": False, "animated": False}
    return {**body, "available": True}


def listed(call: Call) -> Answer:
    """…, "List Application Emojis"."""
    return Answer({"items": [_payload(call, each) for each in _owned(call)]})


def one(call: Call) -> Answer:
    """…, "Get Application Emoji"."""
    if call.id("emoji") not in _owned(call):
        raise Refusal(10014, status=404)
    return Answer(_payload(call, call.id("emoji")))


def delete(call: Call) -> Answer:
    """…, "Delete Application Emoji"."""
    if _owned(call).pop(call.id("emoji"), None) is None:
        raise Refusal(10014, status=404)
    return Answer()


def create(call: Call) -> Answer:
    """…, "Create Application Emoji": a picture of at most 256 KiB, under a name of 2 to 32 word characters."""
    emojis = _owned(call)
    form = Form()
    name = form.text("name", call.body.get("name"), 32, shortest=2, required=True)
    if name and not NAME.fullmatch(name):
        form.wrong("name", "STRING_TYPE_REGEX", "String value did not match validation regex.")
    size = _size(form, call.body.get("image"))
    form.done()
    if size > MOST_BYTES:
        raise Refusal(50045, message="File uploaded exceeds the maximum size")
    if len(emojis) >= MOST:
        raise Refusal(30008, message=f"Maximum number of emojis reached ({MOST})")
    identifier = call.state.world.snowflakes.next()
    emojis[identifier] = name or ""
    return Answer(_payload(call, identifier), 201)


def _size(form: Form, image: Any) -> int:
    """The bytes of a picture as a data URI (…/reference, "Image Data")."""
    found = DATA.fullmatch(image) if isinstance(image, str) else None
    try:
        return len(base64.b64decode(found["content"], validate=True)) if found else _invalid(form)
    except binascii.Error:
        return _invalid(form)


def _invalid(form: Form) -> int:
    form.wrong("image", "IMAGE_INVALID", "Invalid image data")
    return 0


EMOJIS = "/applications/{application}/emojis"
ROUTES = [
    Route("GET", EMOJIS, listed),
    Route("POST", EMOJIS, create),
    Route("GET", EMOJIS + "/{emoji}", one),
    Route("DELETE", EMOJIS + "/{emoji}", delete),
]
