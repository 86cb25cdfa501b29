"""The sign in a thread that Parley works there: an agent session where the app is an agent, else a status, else none.

docs.slack.dev/reference/methods/agents.sessions.setStatus: a session shows Slack's own Stop button, and stays
`processing` until it is told otherwise. docs.slack.dev/reference/methods/assistant.threads.setStatus: a status goes
away when the app posts, or after two minutes. Both fill the same place, so a workspace is given one of them.
"""

import asyncio
from dataclasses import dataclass
from enum import Enum, auto

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import limits, web
from core.budget import Budget
from core.errors import HeldBack, Kind, PlatformTrouble
from core.newest import Newest

log = structlog.get_logger()

THINKING = "is thinking…"
TRIES = 4
PAUSE_S = 1.0
CALLS = limits.RATES["agents.sessions.setStatus"]
CLOSE_S = 5.0
MOST = 10_000
# What says that the app, the workspace or the token knows no such thing, now and later.
UNKNOWN_HERE = frozenset(
    {
        "not_authorized",
        "missing_scope",
        "unknown_method",
        "method_deprecated",
        "feature_not_enabled",
        "not_allowed_token_type",
        "access_denied",
        "no_permission",
    }
)


class Way(Enum):
    """How a workspace is shown that Parley works."""

    SESSION = auto()
    STATUS = auto()
    NONE = auto()


NEXT = {Way.SESSION: Way.STATUS, Way.STATUS: Way.NONE}


@dataclass(frozen=True, slots=True)
class Spot:
    """A thread of a workspace."""

    team_id: str
    channel_id: str
    thread_ts: str


class Signs:
    """The signs of all threads. A sign that cannot be shown fails nothing, and what a workspace refused is left off."""

    def __init__(self) -> None:
        self._ways: Newest[str, Way] = Newest(MOST)
        self._clearing: dict[Spot, asyncio.Task[None]] = {}
        self._budgets: Newest[str, Budget] = Newest(MOST)
        self._shown: set[Spot] = set()
        self._left_off: set[Spot] = set()

    def goes_with_a_post(self, team_id: str) -> bool:
        """Whether Slack takes the sign away by itself when Parley posts."""
        return self._ways.get(team_id, Way.SESSION) is not Way.SESSION

    async def show(self, spot: Spot, client: AsyncWebClient) -> None:
        """Show it, or renew it; not where the calls that take signs away again could not be made in time."""
        self._forget(self._clearing.get(spot))
        owed = sum(shown.team_id == spot.team_id for shown in self._shown)
        if self._budget(spot).free(asyncio.get_running_loop().time()) < owed + 2:
            self._left_off.add(spot)
            return
        self._shown.add(spot)
        await self._call(spot, client, working=True)

    def clear(self, spot: Spot, client: AsyncWebClient) -> None:
        """Take it away in the background: it must go, but nobody waits for that."""
        self._forget(self._clearing.get(spot))
        if spot in self._left_off and spot not in self._shown:
            self._left_off.discard(spot)
            return
        self._left_off.discard(spot)
        task = asyncio.create_task(self._clear(spot, client))
        self._clearing[spot] = task
        task.add_done_callback(lambda done: self._cleared(spot, done))

    async def close(self) -> None:
        """Wait a moment for what is still being cleared."""
        tasks = set(self._clearing.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=CLOSE_S)
            for task in late:
                task.cancel()

    async def _clear(self, spot: Spot, client: AsyncWebClient) -> None:
        for number in range(TRIES):
            trouble = await self._call(spot, client, working=False)
            if trouble is None or trouble.kind not in (Kind.LIMITED, Kind.TRANSIENT):
                return
            await asyncio.sleep(trouble.retry_after_s or PAUSE_S * 2**number)
        log.warning("sign.not_cleared", channel=spot.channel_id, thread=spot.thread_ts)

    async def _call(self, spot: Spot, client: AsyncWebClient, *, working: bool) -> PlatformTrouble | None:
        """Say it in the way that the workspace takes; why it could not be said, if it could not."""
        way = self._ways.get(spot.team_id, Way.SESSION)
        budget, loop = self._budget(spot), asyncio.get_running_loop()
        while way is not Way.NONE:
            began_at = loop.time()
            budget.begin(began_at)
            try:
                await _say(way, spot, client, working=working)
                return None
            except PlatformTrouble as trouble:
                log.info("sign.failed", way=way.name.lower(), channel=spot.channel_id, code=trouble.code)
                now, wait_s = loop.time(), trouble.retry_after_s or PAUSE_S
                if isinstance(trouble, HeldBack):
                    budget.hold(now, now + wait_s)
                elif trouble.kind is Kind.LIMITED:
                    budget.refuse(now + wait_s)
                if trouble.code not in UNKNOWN_HERE:
                    return trouble
            finally:
                budget.end(began_at, loop.time())
            way = self._ways[spot.team_id] = NEXT[way]
        return None

    def _budget(self, spot: Spot) -> Budget:
        budget = self._budgets[spot.team_id] = self._budgets.get(spot.team_id) or Budget(CALLS)
        return budget

    def _cleared(self, spot: Spot, task: asyncio.Task[None]) -> None:
        if self._clearing.get(spot) is task:
            del self._clearing[spot]
            self._shown.discard(spot)

    @staticmethod
    def _forget(task: asyncio.Task[None] | None) -> None:
        if task is not None:
            task.cancel()


async def _say(way: Way, spot: Spot, client: AsyncWebClient, *, working: bool) -> None:
    channel_id, thread_ts = spot.channel_id, spot.thread_ts
    if way is Way.SESSION:
        status = "processing" if working else "active"
        await web.call(client.agents_sessions_setStatus(channel_id=channel_id, thread_ts=thread_ts, status=status))
        return
    status = THINKING if working else ""
    await web.call(client.assistant_threads_setStatus(channel_id=channel_id, thread_ts=thread_ts, status=status))
