"""Which shards of a Discord application one process serves, as the setting names them."""

import re
from dataclasses import dataclass

FORM = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?/(\d{1,6})")


@dataclass(frozen=True, slots=True)
class Shards:
    """Some of `count` shards; Discord gives each server to one of them."""

    ids: tuple[int, ...]
    count: int


def parse(text: str) -> Shards:
    """Read `0-3/16` (the first four of sixteen) or `5/16`. Raises ValueError."""
    match = FORM.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} does not name shards: write 0-3/16 for the first four of sixteen, or 5/16 for one")
    first, count = int(match[1]), int(match[3])
    last = int(match[2] or first)
    if not first <= last < count:
        raise ValueError(f"{text!r} does not name shards: they are counted from 0 to {count - 1}, the lower one first")
    return Shards(tuple(range(first, last + 1)), count)
