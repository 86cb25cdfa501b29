"""Rate limits (discord.com/developers/docs/topics/rate-limits)."""

import hashlib
import time
from dataclasses import dataclass

from bots.playground.buckets import FixedWindow, SlidingWindow
from bots.playground.discord.rules import Rules

PRUNE_AT = 20_000
MESSAGE_WRITES = frozenset({"POST /channels/{channel}/messages", "PATCH /channels/{channel}/messages/{message}"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """The headers of an answer, and the seconds to wait when the call is refused."""

    headers: dict[str, str]
    retry_after_s: float = 0.0
    is_global: bool = False


class Limits:
    """The buckets of one bot: one for each route and top-level resource, and the global one."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self.reset()

    def reset(self) -> None:
        """Forget every bucket; sizes are read anew from the rules."""
        rules = self._rules
        self._windows: dict[tuple[str, str], FixedWindow] = {}
        self._global = SlidingWindow(rules.global_per_second, 1.0)
        self._invalid = SlidingWindow(rules.invalid_requests_per_window, rules.invalid_request_window_s)
        self._banned_until = 0.0
        self._old_edits: dict[int, FixedWindow] = {}

    def take(self, operation: str, resource: str, now: float, *, exempt_from_global: bool) -> Verdict:
        """Count one call; the global limit comes first, and interaction endpoints are not bound to it."""
        if not self._rules.rate_limits:
            return Verdict({})
        if not exempt_from_global and (wait := self._global.take(now)):
            return Verdict(_global_headers(wait), wait, is_global=True)
        name = self._bucket(operation)
        window = self._window(operation, name, resource)
        wait = window.take(now)
        return Verdict(_bucket_headers(name, window, now, refused=wait > 0), wait)

    def _bucket(self, operation: str) -> str:
        if self._rules.shared_write_bucket and operation in MESSAGE_WRITES:
            return "writes of /channels/{channel}/messages"
        return operation

    def _window(self, operation: str, name: str, resource: str) -> FixedWindow:
        window = self._windows.get((name, resource))
        if window is None:
            if len(self._windows) >= PRUNE_AT:
                self._prune()
            reads = operation.startswith("GET ")
            limit = self._rules.reads_per_second if reads else self._rules.writes_per_window
            window = FixedWindow(limit, 1.0 if reads else self._rules.write_window_s)
            self._windows[name, resource] = window
        return window

    def _prune(self) -> None:
        now = time.monotonic()
        self._windows = {key: window for key, window in self._windows.items() if window.resets_at > now}

    def count_invalid(self, now: float) -> None:
        """Count an answer of 401, 403 or 429 (…/topics/rate-limits, "Invalid Request Limit")."""
        if wait := self._invalid.take(now):
            self._banned_until = now + wait

    def banned_for(self, now: float) -> float:
        """Seconds for which the address is shut out for too many invalid requests, or 0.0."""
        return max(self._banned_until - now, 0.0)

    def take_old_edit(self, channel_id: int, now: float) -> float:
        """Count an edit of a message older than an hour; the seconds to wait when there were too many."""
        rules = self._rules
        window = self._old_edits.setdefault(
            channel_id, FixedWindow(rules.old_edits_per_window, rules.old_edit_window_s)
        )
        return window.take(now)


def _bucket_headers(name: str, window: FixedWindow, now: float, *, refused: bool) -> dict[str, str]:
    left_s = max(window.resets_at - now, 0.0)
    headers = {
        "X-RateLimit-Limit": str(window.limit),
        "X-RateLimit-Remaining": str(window.remaining),
        "X-RateLimit-Reset": f"{time.time() + left_s:.3f}",
        "X-RateLimit-Reset-After": f"{left_s:.3f}",
        "X-RateLimit-Bucket": hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(),
    }
    return {**headers, "X-RateLimit-Scope": "user"} if refused else headers


def _global_headers(wait_s: float) -> dict[str, str]:
    return {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global", "X-RateLimit-Reset-After": f"{wait_s:.3f}"}
