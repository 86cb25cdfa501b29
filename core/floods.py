"""How much may be asked for, by whom and where: pure, with the time passed in (seconds of a steady clock).

Each person, channel and workspace has a bucket that holds as many answers as it may ask for in a minute, and fills
evenly. An answer takes one from each of its buckets, or from none of them.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock

MINUTE_S = 60.0
MOST = 100_000


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
    """The buckets of whoever asked within the last minute. A level whose size is 0 has no limit.

    Messages are kept by several threads at once (PostgreSQL), so any of them may ask.
    """

    def __init__(self, per_minute: Mapping[Level, int], most: int = MOST) -> None:
        self._sizes = {level: size for level, size in per_minute.items() if size > 0}
        self._most = most
        self._buckets: OrderedDict[Who, Bucket] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._buckets)

    def admit(self, asking: tuple[Who, ...], now: float) -> Who | None:
        """Count one answer for each of them: None; or for nobody, and return the first whose bucket is empty."""
        limited = [who for who in asking if who.level in self._sizes]
        with self._lock:
            buckets = [self._bucket(who, now) for who in limited]
            for who, bucket in zip(limited, buckets, strict=True):
                if bucket.left < 1:
                    return who
            for bucket in buckets:
                bucket.left -= 1
        return None

    def notice_due(self, who: Who, now: float) -> bool:
        """Whether it is time to say that too much is asked for: once in a minute."""
        with self._lock:
            bucket = self._bucket(who, now)
            if now < bucket.told_at + MINUTE_S:
                return False
            bucket.told_at = now
            return True

    def _bucket(self, who: Who, now: float) -> Bucket:
        size = self._sizes[who.level]
        bucket = self._buckets.get(who)
        if bucket is None:
            self._forget(now)
            bucket = self._buckets[who] = Bucket(float(size), now)
        self._buckets.move_to_end(who)
        bucket.fill(size, now)
        return bucket

    def _forget(self, now: float) -> None:
        """Whoever was quiet for a minute has a full bucket, as if never met; beyond so many, whoever was longest."""
        while self._buckets:
            quiet_longest = next(iter(self._buckets.values()))
            if len(self._buckets) < self._most and now < quiet_longest.at + MINUTE_S:
                return
            self._buckets.popitem(last=False)
