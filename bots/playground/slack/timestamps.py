"""Slack's message timestamps: the ids of messages, such as `1700000000.000100`."""

import re
from collections.abc import Callable

_TIMESTAMP = re.compile(r"\d{1,12}\.\d{6}")
_BOUND = re.compile(r"(\d{1,12})(?:\.(\d{1,6})\d*)?")


class Timestamps:
    """Hands out timestamps, each later than the one before."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last_us = 0

    def take(self) -> str:
        """The next timestamp."""
        self._last_us = max(int(self._clock() * 1_000_000), self._last_us + 1)
        return f"{self._last_us // 1_000_000}.{self._last_us % 1_000_000:06d}"


def is_timestamp(text: object) -> bool:
    """Whether a value is written as Slack writes a message timestamp."""
    return isinstance(text, str) and _TIMESTAMP.fullmatch(text) is not None


def bound_us(text: str) -> int | None:
    """The microseconds that an `oldest` or `latest` argument names, or None when it is not a time."""
    match = _BOUND.fullmatch(text)
    if match is None:
        return None
    return int(match[1]) * 1_000_000 + int((match[2] or "0").ljust(6, "0"))
