"""All requests that the bot makes, whatever for: Discord allows it fifty a second, over all processes.

discord.com/developers/docs/topics/rate-limits, "Global Rate Limit": what is sent with an interaction's token is not
bound to it. discord.py waits when it is refused, but does not count: each request of its session waits here for its
turn.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from time import monotonic
from types import SimpleNamespace
from typing import Any

import aiohttp
import yarl

from core.budget import Budget, Rate
from core.periodic import Periodic
from storage import ledger
from storage.database import Database

EVERY_S = 1.0
SECOND_S = 1.0
FREE = frozenset({"interactions", "webhooks"})


class Requests:
    """`per_second` is what the bot is allowed; with 0 nothing waits."""

    def __init__(self, per_second: int, clock: Callable[[], float] = monotonic) -> None:
        self._budget = Budget(Rate(per_second, SECOND_S)) if per_second else None
        self._clock = clock
        self._turn = asyncio.Lock()
        self._over = asyncio.Event()
        self._following: Periodic | None = None

    async def begin(self) -> float:
        """Returns when a request may be made, in the order of asking; the time, for `end`."""
        if self._budget is None:
            return 0.0
        async with self._turn:
            while self._budget.free(now := self._clock()) < 1:
                self._over.clear()
                next_s = min((moment - now for moment in self._budget.moments() if moment > now), default=SECOND_S)
                with suppress(TimeoutError):
                    async with asyncio.timeout(next_s):
                        await self._over.wait()
            self._budget.begin(now)
            return now

    def end(self, began_at: float) -> None:
        """A request was answered, or will not be."""
        if self._budget is not None:
            self._budget.end(began_at, self._clock())
            self._over.set()

    def divide(self, makers: int) -> None:
        """So many processes make replies; one part more is for who listens, and for who comes next."""
        if self._budget is not None:
            self._budget.divide(1.0 / (max(makers, 1) + 1))

    async def start(self, database: Database) -> None:
        """Divide it among the processes, where there may be several."""
        if self._budget is not None and database.is_postgresql:
            await self._follow(database)
            self._following = Periodic(partial(self._follow, database), EVERY_S, "makers.unknown")
            self._following.start()

    async def close(self) -> None:
        if self._following is not None:
            await self._following.close()

    async def _follow(self, database: Database) -> None:
        self.divide(await database.run(ledger.makers))

    def trace(self, counted: aiohttp.TraceConfig | None) -> aiohttp.TraceConfig:
        """For the session of discord.py: what is to hear of its requests beside, and their turns."""
        config = counted or aiohttp.TraceConfig()
        config.on_request_start.insert(0, self._began)
        config.on_request_end.append(self._ended)
        config.on_request_exception.append(self._ended)
        return config

    async def _began(
        self, _session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestStartParams
    ) -> None:
        context.turn = None if is_free(params.url) else await self.begin()

    async def _ended(self, _session: aiohttp.ClientSession, context: SimpleNamespace, _params: Any) -> None:
        if (began_at := getattr(context, "turn", None)) is not None:
            self.end(began_at)


def is_free(url: yarl.URL) -> bool:
    """Whether a request is sent with an interaction's or a webhook's token."""
    return not FREE.isdisjoint(url.parts)
