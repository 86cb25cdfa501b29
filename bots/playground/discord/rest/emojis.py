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


def create(call: Call) -> Answer:
    """…, "Create Application Emoji": a picture of at most 256 KiB, under a name of 2 to 32 word characters."""
    if call.id("application") != call.state.world.application_id:
        raise Refusal(20012)
    form = Form()
    name = form.text("name", call.body.get("name"), 32, shortest=2, required=True)
    if name and not NAME.fullmatch(name):
        form.wrong("name", "STRING_TYPE_REGEX", "String value did not match validation regex.")
    size = _size(form, call.body.get("image"))
    form.done()
    if size > MOST_BYTES:
        raise Refusal(50045, message="File uploaded exceeds the maximum size")
    emojis = call.state.world.emojis
    if len(emojis) >= MOST:
        raise Refusal(30008, message=f"Maximum number of emojis reached ({MOST})")
    identifier = call.state.world.snowflakes.next()
    emojis[identifier] = name or ""
    body: dict[str, Any] = {"id": str(identifier), "name": name, "roles": [], "user": payloads.user(call.bot)}
    return Answer({**body, "require_colons": True, "managed": False, "animated": False, "available": True}, 201)


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


ROUTES = [Route("POST", "/applications/{application}/emojis", create)]
