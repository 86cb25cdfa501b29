"""A platform that counts writes as the strict local servers do, answers after a while, and refuses what is too much."""

import asyncio
import random
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from bots.playground.buckets import SlidingWindow
from bots.playground.slack.limits import TokenBucket
from core.errors import Kind, PlatformTrouble
from core.surface import Below, Controls, Limited

LEAST_S, MOST_S = 0.08, 0.25
BURST = 3


@dataclass(slots=True)
class Shown:
    """One message: its text, and when it was posted and last changed."""

    text: str
    posted_at: float
    changed_at: float
    edits: int = 0


class Platform:
    """All messages and windows. `faults` are what the next writes are answered with in place of being done."""

    def __init__(self, seed: int = 0, faults: Iterable[PlatformTrouble | None] = ()) -> None:
        self.messages: dict[str, Shown] = {}
        self.refused = 0
        self._windows: dict[str, SlidingWindow | TokenBucket] = {}
        self._random = random.Random(seed)
        self._faults = deque(faults)

    async def write(self, limited: Limited | None) -> float:
        """One call on a key: when it was counted. Raises PlatformTrouble."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self._random.uniform(LEAST_S, MOST_S) / 2)
        fault = self._faults.popleft() if self._faults else None
        if fault is not None:
            raise fault
        now = loop.time()
        while limited is not None:
            wait_s = self._window(limited).take(now)
            if wait_s > 0:
                self.refused += 1
                raise PlatformTrouble(Kind.LIMITED, "ratelimited", retry_after_s=wait_s)
            limited = limited.within
        return now

    def _window(self, limited: Limited) -> SlidingWindow | TokenBucket:
        """Counted as the strict local servers count it: where bursts are let through, by a bucket."""
        if limited.key not in self._windows:
            rate = limited.rate
            bucket = TokenBucket(BURST, rate.gap_s) if rate.bursts else SlidingWindow(rate.limit, rate.period_s)
            self._windows[limited.key] = bucket
        return self._windows[limited.key]

    async def answer(self) -> None:
        """The way back takes its time, too."""
        await asyncio.sleep(self._random.uniform(LEAST_S, MOST_S) / 2)


class Surface:
    """One reply's place on the simulated platform."""

    most_messages = 1_000
    working_s = 60.0
    takes_back = True
    lasts_s: float | None = None

    def __init__(self, platform: Platform, posts: Limited, edits: Limited, text_limit: int = 3_900) -> None:
        self.text_limit = text_limit
        self.posts, self.edits = posts, edits
        self.message_ids: list[str] = []
        self._platform = platform
        self._by_token: dict[str, str] = {}

    def weigh(self, text: str) -> int:
        return len(text)

    async def open(self, text: str, token: str, controls: Below) -> str:
        now = await self._platform.write(self.posts)
        message_id = self._by_token.setdefault(token, f"m{len(self._platform.messages)}")
        if message_id not in self._platform.messages:
            self._platform.messages[message_id] = Shown(text, now, now)
            self.message_ids.append(message_id)
        await self._platform.answer()
        return message_id

    async def edit(self, message_id: str, text: str, controls: Below) -> None:
        now = await self._platform.write(self.edits)
        shown = self._platform.messages[message_id]
        shown.text, shown.changed_at, shown.edits = text, now, shown.edits + 1
        await self._platform.answer()

    async def attach(self, name: str, text: str, token: str, controls: Below, note: str = "") -> str:
        return await self.open(text, token, controls)

    async def point(self, token: str) -> str:
        return await self.open("above", token, Controls.NONE)

    async def offer(self, message_id: str) -> None:
        """Nothing is edited here."""

    async def remove(self, message_id: str) -> None:
        await self._platform.write(self.edits)
        self.message_ids.remove(message_id)

    async def working(self) -> None:
        """The sign of work is not counted here."""

    async def rest(self) -> None:
        """Nothing to take away."""

    @property
    def shown(self) -> list[Shown]:
        return [self._platform.messages[message_id] for message_id in self.message_ids]
