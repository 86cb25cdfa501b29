"""Rate buckets as the platforms keep them; the time is passed in, in seconds of any steady clock."""

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class SlidingWindow:
    """At most `limit` calls in any `period_s` seconds."""

    limit: int
    period_s: float
    _taken: deque[float] = field(default_factory=deque)

    def take(self, now: float) -> float:
        """Take one call: 0.0, or the seconds until one is free (nothing is taken then)."""
        while self._taken and self._taken[0] <= now - self.period_s:
            self._taken.popleft()
        if len(self._taken) >= self.limit:
            return self._taken[0] + self.period_s - now
        self._taken.append(now)
        return 0.0

    def remaining(self, now: float) -> int:
        """How many calls are free now."""
        return self.limit - sum(taken > now - self.period_s for taken in self._taken)


@dataclass(slots=True)
class FixedWindow:
    """At most `limit` calls from a first call until `period_s` seconds later, when the window is forgotten."""

    limit: int
    period_s: float
    remaining: int = 0
    resets_at: float = float("-inf")

    def take(self, now: float) -> float:
        """Take one call: 0.0, or the seconds until the window resets (nothing is taken then)."""
        if now >= self.resets_at:
            self.remaining, self.resets_at = self.limit, now + self.period_s
        if self.remaining == 0:
            return self.resets_at - now
        self.remaining -= 1
        return 0.0
