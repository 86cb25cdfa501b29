"""Cursor paging (docs.slack.dev/apis/web-api/pagination)."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from bots.playground.slack.errors import SlackError
from bots.playground.slack.web_api.calling import Call

Item = TypeVar("Item")


def written(position: str) -> str:
    """The opaque cursor for a position."""
    return base64.urlsafe_b64encode(f"next:{position}".encode()).decode()


def read(cursor: str | None) -> str | None:
    """The position of a cursor, or None without one; raises `invalid_cursor`."""
    if not cursor:
        return None
    try:
        plain = base64.urlsafe_b64decode(cursor.encode()).decode()
    except (binascii.Error, UnicodeError):
        raise SlackError("invalid_cursor") from None
    if not plain.startswith("next:"):
        raise SlackError("invalid_cursor")
    return plain.removeprefix("next:")


def limit_of(call: Call, default: int, largest: int) -> int:
    """The `limit` argument, kept within what a method gives; raises `invalid_limit`."""
    limit = call.number("limit", default)
    if limit < 0:
        raise SlackError("invalid_limit")
    return min(limit or default, largest)


def page(call: Call, items: Sequence[Item], default: int = 100, largest: int = 1000) -> tuple[Sequence[Item], str]:
    """One page of a list and the cursor of the next, empty at the end."""
    start_text = read(call.text("cursor"))
    if start_text is not None and not start_text.isdecimal():
        raise SlackError("invalid_cursor")
    start = int(start_text or 0)
    end = start + limit_of(call, default, largest)
    return items[start:end], written(str(end)) if end < len(items) else ""
