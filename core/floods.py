"""How much may be asked for, by whom and where: pure, with the time passed in (seconds of a steady clock).

Each person, channel and workspace has a bucket that holds as many answers as it may ask for in a minute, and fills
evenly. An answer takes one from each of its buckets, or from none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MINUTE_S = 60.0
MOST_BUCKETS = 20_000


class Level(StrEnum):
    """Whose bucket it is."""

    PERSON = "person"
    CHANNEL = "channel"
    WORKSPACE = "workspace"


@dataclass(frozen=True, slots=True)
class Who:
    """One person, channel or workspace."""

    level: Level
    id: str


@dataclass(slots=True)
class Bucket:
    """What was left at a moment, and when its owner was last told that it is empty."""

    left: float
    at: float
    told_at: float = float("-inf")

    def fill(self, size: int, now: float) -> None:
        self.left = min(float(size), self.left + max(0.0, now - self.at) * size / MINUTE_S)
        self.at = max(self.at, now)


class Floods:
    """The buckets of everybody. A level whose size is 0 has no limit."""

    def __init__(self, per_minute: Mapping[Level, int]) -> None:
        self._sizes = {level: size for level, size in per_minute.items() if size > 0}
        self._buckets: dict[Who, Bucket] = {}

    def admit(self, asking: tuple[Who, ...], now: float) -> Who | None:
        """Count one answer for each of them: None; or for nobody, and return the first whose bucket is empty."""
        limited = [who for who in asking if who.level in self._sizes]
        buckets = [self._bucket(who, now) for who in limited]
        for who, bucket in zip(limited, buckets, strict=True):
            if bucket.left < 1:
                return who
        for bucket in buckets:
            bucket.left -= 1
        return None

    def notice_due(self, who: Who, now: float) -> bool:
        """Whether it is time to say that too much is asked for: once in a minute."""
        bucket = self._bucket(who, now)
        if now < bucket.told_at + MINUTE_S:
            return False
        bucket.told_at = now
        return True

    def _bucket(self, who: Who, now: float) -> Bucket:
        size = self._sizes[who.level]
        if who not in self._buckets and len(self._buckets) >= MOST_BUCKETS:
            self._forget(now)
        bucket = self._buckets.setdefault(who, Bucket(float(size), now))
        bucket.fill(size, now)
        return bucket

    def _forget(self, now: float) -> None:
        """Whoever was quiet for a minute has a full bucket, as if never met."""
        self._buckets = {who: bucket for who, bucket in self._buckets.items() if now < bucket.at + MINUTE_S}
