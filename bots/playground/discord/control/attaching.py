"""The files that a person adds to a message or to a command."""

import base64
import binascii
from typing import Any

from bots.playground.discord.control.serving import Bad, Wish
from bots.playground.discord.entities import Attachment, Channel
from bots.playground.discord.uploads import guess_type


def attachment(wish: Wish, place: Channel, given: dict[str, Any]) -> Attachment:
    """A file from `{filename, text | base64, content_type?}`; 413 above the limit."""
    name = str(given.get("filename") or "file")
    try:
        content = (
            base64.b64decode(given["base64"], validate=True)
            if "base64" in given
            else str(given.get("text", "")).encode()
        )
    except (binascii.Error, UnicodeEncodeError) as error:
        raise Bad(f"attachment {name!r}: {error}") from error
    if len(content) > wish.state.rules.attachment_limit_bytes:
        raise Bad(f"attachment {name!r} is too large", 413)
    kind = given.get("content_type") or guess_type(name, "application/octet-stream")
    return Attachment(wish.state.world.snowflakes.next(), place.id, name, content, kind)
