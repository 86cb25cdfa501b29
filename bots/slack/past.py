"""Reads what was said in a workspace before now, in the background and within what Slack allows.

docs.slack.dev/apis/web-api/rate-limits: `conversations.history` and `conversations.replies` are Tier 3, each fifty
calls a minute in a workspace; apps that are distributed outside the Marketplace get one a minute with 15 messages. Half
of the fifty is used here, the other half is for replies. Where less is allowed, the second call says so, and there are
no more from then on.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import events, web
from core.budget import Budget, Rate
from core.errors import HeldBack, Kind, PlatformTrouble

log = structlog.get_logger()

CALLS = Rate(25, 60.0)
PAGE = 200
MOST_PAGES = 3
MINUTE_S = 60.0
PAUSES_S = (0.5, 2.0, 5.0)

Message = dict[str, Any]
Turn = Callable[[str], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Listing:
    """Messages of a channel or a thread: all that there are after one position and up to another."""

    messages: list[Message]
    after: int
    up_to: int = sys.maxsize

    def covers(self, position: int) -> bool:
        """Whether a message with this position is not there any more when it is not listed."""
        return self.after < position <= self.up_to


class Past:
    """One workspace's messages. What cannot be had within `patience_s` raises PlatformTrouble, of the kind LIMITED."""

    def __init__(self, client: AsyncWebClient, patience_s: float) -> None:
        self._client = client
        self._ends_at = asyncio.get_running_loop().time() + patience_s
        self._budgets = {"history": Budget(CALLS), "replies": Budget(CALLS)}
        self.is_limited = False

    async def of_channel(self, channel_id: str, oldest: int, after: int) -> Listing:
        """The channel's newest messages since `oldest`, and more pages of them until one ends before `after`.

        Positions are microseconds. Replies are not among them; a root says with `latest_reply` when it had its newest
        (docs.slack.dev/reference/methods/conversations.history).
        """

        async def turn(cursor: str) -> Any:
            return await self._client.conversations_history(
                channel=channel_id, oldest=_stamp(oldest), limit=PAGE, cursor=cursor
            )

        found, is_whole = await self._pages("history", turn, lambda page: position_of(page[-1]) <= after)
        return Listing(found, oldest if is_whole else min(map(position_of, found), default=sys.maxsize))

    async def of_thread(self, channel_id: str, thread_ts: str, after: int) -> Listing:
        """A thread's replies after a position, the earliest first, with its root."""

        async def turn(cursor: str) -> Any:
            return await self._client.conversations_replies(
                channel=channel_id, ts=thread_ts, oldest=_stamp(after), limit=PAGE, cursor=cursor
            )

        found, is_whole = await self._pages("replies", turn, lambda _: False)
        messages = [{"thread_ts": thread_ts, **one} for one in found]
        return Listing(messages, after, sys.maxsize if is_whole else max(map(position_of, found), default=0))

    async def _pages(
        self, method: str, turn: Turn, enough: Callable[[list[Message]], bool]
    ) -> tuple[list[Message], bool]:
        """The messages of the first pages, and whether there are no further ones."""
        found: list[Message] = []
        cursor = ""
        for _ in range(MOST_PAGES):
            answer = await self._call(method, turn, cursor)
            page = [one for one in answer.get("messages") or [] if _is_message(one)]
            found += page
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor or not page or enough(page) or self.is_limited:
                return found, not cursor and not answer.get("has_more")
        return found, False

    async def _call(self, method: str, turn: Turn, cursor: str) -> Any:
        """Call when it is allowed; what may go through later is tried again."""
        budget, loop, pauses = self._budgets[method], asyncio.get_running_loop(), list(PAUSES_S)
        while True:
            await self._until_free(budget)
            began_at = loop.time()
            budget.begin(began_at)
            try:
                return await web.call(turn(cursor))
            except HeldBack as trouble:
                budget.hold(loop.time(), loop.time() + (trouble.retry_after_s or 0.0))
            except PlatformTrouble as trouble:
                if trouble.kind is Kind.LIMITED:
                    self._heed(budget, trouble.retry_after_s or MINUTE_S)
                elif trouble.kind is Kind.TRANSIENT and pauses:
                    await asyncio.sleep(pauses.pop(0))
                else:
                    raise
            finally:
                budget.end(began_at, loop.time())

    def _heed(self, budget: Budget, wait_s: float) -> None:
        """A refusal far below the known rate tells that there is a smaller one."""
        self.is_limited = True
        known = budget.known
        budget.correct(Rate(1, max(wait_s, known.period_s if known.limit == 1 else 0.0)))
        budget.paused_until = asyncio.get_running_loop().time() + wait_s

    async def _until_free(self, budget: Budget) -> None:
        loop = asyncio.get_running_loop()
        while budget.free(now := loop.time()) < 1:
            moment = max(budget.moments())
            if moment > self._ends_at:
                raise PlatformTrouble(Kind.LIMITED, "no_time_left")
            await asyncio.sleep(max(0.0, moment - now))
        if loop.time() > self._ends_at:
            raise PlatformTrouble(Kind.LIMITED, "no_time_left")


def position_of(message: Message) -> int:
    return events.position(message["ts"])


def latest_reply(message: Message) -> int:
    """When the thread that a message begins had its newest reply; 0 when there is none."""
    latest = message.get("latest_reply")
    return events.position(latest) if isinstance(latest, str) and events.is_timestamp(latest) else 0


def _is_message(given: Any) -> bool:
    return isinstance(given, dict) and events.is_timestamp(given.get("ts"))


def _stamp(position: int) -> str:
    return f"{position // 1_000_000}.{position % 1_000_000:06d}"
