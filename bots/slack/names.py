"""What people and channels are called: asked of Slack once an hour at most, and never waited for long."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import web
from core.errors import PlatformTrouble

log = structlog.get_logger()

KEEP_S = 3_600.0
RETRY_S = 60.0
# An event must be acknowledged within three seconds: docs.slack.dev/apis/events-api
PATIENCE_S = 1.5
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Known:
    name: str
    until: float


class Names:
    """Names by id. A person whose name cannot be had is called by the id for a minute."""

    def __init__(self, client: AsyncWebClient, clock: Callable[[], float] = monotonic) -> None:
        self._client = client
        self._clock = clock
        self._known: dict[str, Known] = {}
        self._asked: dict[str, asyncio.Task[str]] = {}

    async def user(self, user_id: str) -> str:
        return await self._name(user_id, self._fetch_user)

    async def channel(self, channel_id: str) -> str:
        """A channel's name without its `#`; empty for direct messages, and when it cannot be had."""
        name = await self._name(channel_id, self._fetch_channel)
        return "" if name == channel_id else name

    async def users(self, user_ids: set[str]) -> dict[str, str]:
        ids = sorted(user_ids)
        return dict(zip(ids, await asyncio.gather(*map(self.user, ids)), strict=True))

    async def _name(self, key: str, fetch: Callable[[str], Awaitable[str]]) -> str:
        known = self._known.get(key)
        if known and known.until > self._clock():
            return known.name
        if key not in self._asked:
            self._asked[key] = asyncio.create_task(self._learn(key, fetch))
        return await asyncio.shield(self._asked[key])

    async def _learn(self, key: str, fetch: Callable[[str], Awaitable[str]]) -> str:
        name, keep_s = key, RETRY_S
        try:
            name, keep_s = await asyncio.wait_for(fetch(key), PATIENCE_S), KEEP_S
        except (PlatformTrouble, TimeoutError) as trouble:
            log.info("name.unknown", id=key, reason=str(trouble) or "timeout")
        finally:
            del self._asked[key]
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[key] = Known(name, self._clock() + keep_s)
        return name

    async def _fetch_user(self, user_id: str) -> str:
        user = (await web.call(self._client.users_info(user=user_id)))["user"]
        profile = user.get("profile") or {}
        name = profile.get("display_name") or profile.get("real_name") or user.get("real_name") or user.get("name")
        return str(name or user_id)

    async def _fetch_channel(self, channel_id: str) -> str:
        channel = (await web.call(self._client.conversations_info(channel=channel_id)))["channel"]
        return str(channel.get("name") or "")
