"""How often bots may identify (discord.com/developers/docs/events/gateway, "Session Start Limit")."""

import time

from bots.playground.buckets import SlidingWindow
from bots.playground.discord.rules import Rules

DAY_S = 86_400.0


class StartLimit:
    """The starts of the day, and the last ones of each `shard % max_concurrency`."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._windows: dict[int, SlidingWindow] = {}
        self.started = 0
        self.began_at = time.monotonic()

    def take(self, shard: int, now: float) -> bool:
        """Count one start; False when too many started today, or one of its key within the last five seconds."""
        if now - self.began_at >= DAY_S:
            self.started, self.began_at = 0, now
        self.started += 1
        if not self._rules.rate_limits:
            return True
        key = shard % self._rules.max_concurrency
        window = self._windows.setdefault(key, SlidingWindow(1, self._rules.identify_window_s))
        window.period_s = self._rules.identify_window_s
        return self.started <= self._rules.session_starts_per_day and window.take(now) == 0.0
