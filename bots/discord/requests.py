"""All requests that the bot makes, whatever for, its library's repeats among them: each waits here for its turn.

Discord allows a bot fifty a second, over all processes (discord.com/developers/docs/topics/rate-limits, "Global Rate
Limit"; what is sent with an interaction's token is not bound to it). discord.py waits when it is refused, but does not
count. Of a channel's windows it knows what Discord has answered this process: what is written and read in a channel is
drawn from the database's tally, which knows of the other processes, and of those that are dead.
"""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from time import monotonic
from types import SimpleNamespace
from typing import Any

import aiohttp
import yarl

from bots.discord.budgets import counted, posts_in
from core.budget import Budget, Rate
from core.errors import HeldBack, Kind, PlatformTrouble
from core.periodic import Periodic
from core.surface import Limited
from core.tallies import PATIENCE_S, Tallies, Unknown
from storage import ledger
from storage.database import Database

EVERY_S = 1.0
SECOND_S = 1.0
FREE = frozenset({"interactions", "webhooks"})
EDIT = "PATCH"


class Requests:
    """`per_second` is what the bot is allowed; with 0 nothing waits for that."""

    def __init__(self, per_second: int, database: Database, clock: Callable[[], float] = monotonic) -> None:
        self._database = database
        self._tallies = Tallies(database)
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

    def expect_post(self, channel_id: str) -> None:
        """Something will be posted in a channel soon."""
        self._tallies.expect(posts_in(channel_id))

    async def start(self) -> None:
        """Divide it among the processes, where there may be several."""
        if self._budget is not None and self._database.is_postgresql:
            await self._follow()
            self._following = Periodic(self._follow, EVERY_S, "makers.unknown")
            self._following.start()

    async def close(self) -> None:
        if self._following is not None:
            await self._following.close()
        await self._tallies.close()

    async def _follow(self) -> None:
        self.divide(await self._database.run(ledger.makers))

    def trace(self, beside: aiohttp.TraceConfig | None) -> aiohttp.TraceConfig:
        """For a session of discord.py's: what is to hear of its requests `beside`, and their turns."""
        config = beside or aiohttp.TraceConfig()
        config.on_request_start.insert(0, self._began)
        config.on_connection_reuseconn.append(self._connects)
        config.on_connection_create_start.append(self._connects)
        config.on_request_end.append(self._ended)
        config.on_request_exception.append(self._ended)
        return config

    async def _began(
        self, _session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestStartParams
    ) -> None:
        context.asked, context.turns, context.connects = (params.method, params.url), [], False
        await self._take_turn(context)

    async def _connects(self, _session: aiohttp.ClientSession, context: SimpleNamespace, _params: Any) -> None:
        """A read whose connection breaks off is sent again by aiohttp itself, as one request more."""
        if context.connects:
            await self._take_turn(context)
        context.connects = True

    async def _ended(self, _session: aiohttp.ClientSession, context: SimpleNamespace, _params: Any) -> None:
        for turn in context.turns:
            await turn.aclose()

    async def _take_turn(self, context: SimpleNamespace) -> None:
        method, url = context.asked
        async with AsyncExitStack() as turn:
            if limited := counted(method, url):
                await self._draw(turn, method, limited)
            if not is_free(url):
                turn.callback(self.end, await self.begin())
            context.turns.append(turn.pop_all())

    async def _draw(self, turn: AsyncExitStack, method: str, limited: Limited) -> None:
        """An edit that has to wait is held back, so that a newer text goes in its place; all else waits for a while.

        Where the database cannot tell, what the library knows has to do: people are to hear that something is broken.
        """
        patience_s = PATIENCE_S if method == EDIT else 2 * limited.rate.period_s
        try:
            with suppress(Unknown):
                await turn.enter_async_context(self._tallies.turn(limited, patience_s))
        except HeldBack as held:
            if method == EDIT:
                raise
            # It may be a repeat of the library's, and have been done the first time.
            raise PlatformTrouble(Kind.TRANSIENT, held.code) from held


def is_free(url: yarl.URL) -> bool:
    """Whether a request is sent with an interaction's or a webhook's token."""
    return not FREE.isdisjoint(url.parts)
