"""Where a page begins, as its address says, and where the next one does."""

from collections.abc import Sequence
from typing import TypeVar

from aiohttp import web

T = TypeVar("T")

LONGEST_KEY = 500


def from_number(request: web.Request, name: str) -> int | None:
    """A number in the query. Raises HTTPBadRequest for anything else."""
    given = request.query.get(name, "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= 18):
        raise web.HTTPBadRequest(text=f"What stands behind {name!r} in the address is no number.")
    return int(given)


def from_key(request: web.Request, name: str) -> str:
    """A text in the query, without what no database takes."""
    return request.query.get(name, "")[:LONGEST_KEY].replace("\0", "")


def more(found: Sequence[T], most: int) -> tuple[Sequence[T], T | None]:
    """What a page shows of one more than it may, and the last of them if there are more."""
    shown = found[:most]
    return shown, shown[-1] if len(found) > most else None
