"""Snowflakes, the ids of Discord (discord.com/developers/docs/reference, "Snowflakes")."""

import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime

EPOCH_MS = 1_420_070_400_000


class Snowflakes:
    """Gives ids that rise with time and are never given twice."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._last = 0
        self._aged = itertools.count()

    def now(self) -> float:
        """Seconds since 1970."""
        return self._clock()

    def next(self) -> int:
        """An id of this moment, above all that were given before."""
        self._last = max(self._last + 1, first_at(self._clock()))
        return self._last

    def aged(self, age_s: float) -> int:
        """An id of a moment that has passed."""
        return first_at(self._clock() - age_s) + next(self._aged)


def first_at(seconds: float) -> int:
    """The lowest id of a moment, in seconds since 1970."""
    return (int(seconds * 1000) - EPOCH_MS) << 22


def created_at(snowflake: int) -> float:
    """The moment of an id, in seconds since 1970."""
    return ((snowflake >> 22) + EPOCH_MS) / 1000


def iso(seconds: float) -> str:
    """An ISO 8601 timestamp as Discord writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()
