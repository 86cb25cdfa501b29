"""Everything that one local model server remembers."""

from bots.playground.buckets import SlidingWindow
from bots.playground.faults import Faults
from bots.playground.model.caches import Caches
from bots.playground.model.journal import Journal
from bots.playground.model.requests import ChatRequest
from bots.playground.model.rules import Rules
from bots.playground.model.scripts import Scripts

_MINUTE_S = 60.0


class State:
    """The rules in force and what waits, happened and goes wrong under them."""

    def __init__(self, rules: Rules) -> None:
        self._first_rules = rules
        self.rules = rules
        self.journal = Journal()
        self.scripts = Scripts()
        self.faults = Faults()
        self.caches = Caches()
        self._window = SlidingWindow(rules.requests_per_min, _MINUTE_S)

    def cached_tokens(self, chat: ChatRequest) -> int:
        """How much of a prompt was cached; short ones never are."""
        if chat.prompt_tokens < self.rules.cache_from_tokens:
            return 0
        return self.caches.seen(chat.model, chat.messages)

    def set_rules(self, rules: Rules) -> None:
        if rules.requests_per_min != self.rules.requests_per_min:
            self._window = SlidingWindow(rules.requests_per_min, _MINUTE_S)
        self.rules = rules

    def reset_rules(self) -> None:
        self.set_rules(self._first_rules)

    def take_request(self, now: float) -> tuple[float, dict[str, str]]:
        """Count one request: the seconds until it would be allowed (0.0: it is), and the headers that say so.

        Source: https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers
        """
        limit = self.rules.requests_per_min
        if limit == 0:
            return 0.0, {}
        wait_s = self._window.take(now)
        return wait_s, {
            "x-ratelimit-limit-requests": str(limit),
            "x-ratelimit-remaining-requests": str(self._window.remaining(now)),
            "x-ratelimit-reset-requests": f"{_MINUTE_S / limit:.3f}s",
        }
