"""The rate limits of the Web API (docs.slack.dev/apis/web-api/rate-limits): per method and workspace, in tiers."""

import math
from dataclasses import dataclass
from enum import IntEnum

from bots.playground.buckets import SlidingWindow
from bots.playground.slack.errors import SlackError
from bots.playground.slack.rules import RepliesLimit, Rules

HISTORY_METHODS = ("conversations.history", "conversations.replies")


class Tier(IntEnum):
    """Calls a minute; `SPECIAL` is "hundreds a minute" (auth.test), `UNCOUNTED` has a rule of its own."""

    UNCOUNTED = 0
    ONE = 1
    TWO = 20
    THREE = 50
    FOUR = 100
    SPECIAL = 600


@dataclass(slots=True)
class TokenBucket:
    """A steady rate of one call each `gap_s` seconds, with a burst allowed after a rest."""

    burst: int
    gap_s: float
    _due: float = float("-inf")

    def take(self, now: float) -> float:
        """Take one call: 0.0, or the seconds until one is free (nothing is taken then)."""
        earliest = max(self._due, now)
        wait = earliest - now - (self.burst - 1) * self.gap_s
        if wait > 0:
            return wait
        self._due = earliest + self.gap_s
        return 0.0


class RateLimited(SlackError):
    """HTTP 429 `ratelimited` with `Retry-After` in whole seconds, rounded up."""

    def __init__(self, wait_s: float) -> None:
        super().__init__("ratelimited")
        self.retry_after_s = max(1, math.ceil(wait_s))


class RateLimits:
    """The buckets of one workspace."""

    def __init__(self) -> None:
        self._windows: dict[str, SlidingWindow] = {}
        self._posts: dict[str, TokenBucket] = {}

    def forget(self) -> None:
        """Start all buckets anew, as after a change of the rules."""
        self._windows.clear()
        self._posts.clear()

    def take(self, rules: Rules, method: str, tier: Tier, now: float) -> None:
        """Count one call of a method; raises `RateLimited` when it is one too many."""
        if not rules.rate_limits or tier is Tier.UNCOUNTED:
            return
        limit = rules.limits.get(method, int(tier))
        if rules.replies_limit is RepliesLimit.RESTRICTED and method in HISTORY_METHODS:
            limit = rules.limits.get(method, 1)
        self._count(method, limit, rules.rate_period_s, now)

    def take_post(self, rules: Rules, channel_id: str, now: float) -> None:
        """Count one posted message.

        docs.slack.dev/apis/web-api/rate-limits: chat.postMessage takes about one message a second per
        channel, with short bursts, and several hundred a minute in the whole workspace.
        """
        if not rules.rate_limits:
            return
        bucket = self._posts.get(channel_id)
        if bucket is None:
            bucket = self._posts[channel_id] = TokenBucket(rules.post_burst, rules.post_gap_s)
        wait = bucket.take(now)
        if wait > 0:
            raise RateLimited(wait)
        self._count("chat.postMessage", rules.post_workspace_limit, rules.rate_period_s, now)

    def _count(self, key: str, limit: int, period_s: float, now: float) -> None:
        window = self._windows.get(key)
        if window is None:
            window = self._windows[key] = SlidingWindow(limit, period_s)
        wait = window.take(now)
        if wait > 0:
            raise RateLimited(wait)
