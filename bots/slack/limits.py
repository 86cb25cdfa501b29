"""How often Slack lets Parley call each method, and a client that calls no more often.

docs.slack.dev/apis/web-api/rate-limits: each method is in a tier, and counted for itself in each workspace. What people
wait for with a form open, and what is called now and then, is not counted here.
"""

import hashlib
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from core.budget import Rate
from core.surface import Limited
from core.tallies import PATIENCE_S, Tallies

MINUTE_S = 60.0
READ = "GET"
TIER_2, TIER_3, TIER_4 = (Rate(calls, MINUTE_S) for calls in (20, 50, 100))
UPDATE, POST = "chat.update", "chat.postMessage"
# "Several hundred" posts a minute in a workspace; about one a second in a channel, with short bursts.
POSTS = Rate(300, MINUTE_S)
POSTS_IN_CHANNEL = Rate(5, 5.0)
RATES = {
    "agents.sessions.setStatus": TIER_4,
    "apps.connections.open": TIER_3,
    "chat.appendStream": TIER_4,
    "chat.delete": TIER_3,
    "chat.postEphemeral": TIER_4,
    "chat.startStream": TIER_2,
    "chat.stopStream": TIER_2,
    UPDATE: TIER_3,
    POST: POSTS,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "conversations.list": TIER_2,
    "conversations.members": TIER_4,
    "conversations.replies": TIER_3,
    "users.conversations": TIER_3,
    "users.info": TIER_4,
    "users.list": TIER_2,
}
# Without its socket Parley hears nothing: nothing else is worth doing meanwhile.
PATIENCES_S = {"apps.connections.open": MINUTE_S}
# These are made one after another, or as `core.pacing` has it; all others as they come.
PACED = frozenset({UPDATE, POST, "apps.connections.open"})
# Where Slack allows so much in a minute, counting costs more than it gives.
MOST = 2_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What is counted for an installation of Parley, where `updates` and `posts` are allowed in a minute.

    The posts of a channel are counted where work is `shared` by several processes: one alone paces them itself.
    """

    tallies: Tallies
    updates: Rate = TIER_3
    posts: Rate = POSTS
    shared: bool = True

    def of(self, method: str, workspace: str, channel: str) -> Limited | None:
        """What a call is limited by; None when it is not counted."""
        rate = {UPDATE: self.updates, POST: self.posts}.get(method) or RATES.get(method)
        if rate is None or rate.limit > MOST:
            return None
        limited = Limited(f"slack:{workspace}:{method}", rate)
        if method == POST and self.shared:
            return Limited(f"{limited.key}:{channel}", POSTS_IN_CHANNEL, limited)
        return limited


class LimitedClient(AsyncWebClient):
    """Raises HeldBack in place of calls that Slack would refuse; `workspace` names whose calls are counted together."""

    def __init__(self, token: str | None, limits: Limits | None, workspace: str = "", **how: Any) -> None:
        super().__init__(token, retry_handlers=[], **how)
        self.limits = limits
        self._workspace = workspace or hashlib.blake2b((token or "").encode(), digest_size=8).hexdigest()

    def expect_post(self, channel_id: str) -> None:
        """Something will be posted in a channel soon."""
        if self.limits is not None and (limited := self.limits.of(POST, self._workspace, channel_id)):
            self.limits.tallies.expect(limited)

    async def api_call(self, api_method: str, **how: Any) -> AsyncSlackResponse:
        """A read is made again at once when its connection breaks off: it may have been closed while nobody used it."""
        try:
            return await self._called(api_method, **how)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            if how.get("http_verb") != READ:
                raise
            return await self._called(api_method, **how)

    async def _called(self, api_method: str, **how: Any) -> AsyncSlackResponse:
        given = how.get("params") or how.get("json") or how.get("data") or {}
        channel_id = str(given.get("channel") or "") if isinstance(given, dict) else ""
        async with self._turn(api_method, channel_id):
            return await super().api_call(api_method, **how)

    def _turn(self, method: str, channel_id: str) -> AbstractAsyncContextManager[None]:
        if self.limits is None or (limited := self.limits.of(method, self._workspace, channel_id)) is None:
            return nullcontext()
        return self.limits.tallies.turn(limited, PATIENCES_S.get(method, PATIENCE_S), paced=method in PACED)
