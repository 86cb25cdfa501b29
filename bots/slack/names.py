"""What people and channels are called: asked of Slack once an hour at most, and never waited for long."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import web
from core.errors import PlatformTrouble
from core.newest import Newest

log = structlog.get_logger()

KEEP_S = 3_600.0
RETRY_S = 60.0
# An event must be acknowledged within three seconds: docs.slack.dev/apis/events-api
PATIENCE_S = 1.5
MOST = 10_000
# How many names are learnt at once: more would come as megabytes.
FIRST = 500


@dataclass(frozen=True, slots=True)
class Known:
    name: str
    until: float


class Names:
    """Names by id. A person whose name cannot be had is called by the id for a minute."""

    def __init__(self, client: AsyncWebClient, clock: Callable[[], float] = monotonic, most: int = MOST) -> None:
        self._client = client
        self._clock = clock
        self._known: Newest[str, Known] = Newest(most)
        self._asked: dict[str, asyncio.Task[str]] = {}
        self._topics: Newest[str, str] = Newest(most)

    async def user(self, user_id: str) -> str:
        return await self._name(user_id, self._fetch_user)

    async def channel(self, channel_id: str) -> str:
        """A channel's name without its `#`; empty for direct messages, and when it cannot be had."""
        name = await self._name(channel_id, self._fetch_channel)
        return "" if name == channel_id else name

    async def topic(self, channel_id: str) -> str | None:
        """What a channel is about, as people wrote it above it; None when it cannot be had."""
        await self._name(channel_id, self._fetch_channel)
        return self._topics.get(channel_id)

    def forget(self, channel_id: str) -> None:
        """A channel has another name or topic now."""
        self._known.pop(channel_id, None)

    async def users(self, user_ids: set[str]) -> dict[str, str]:
        ids = sorted(user_ids)
        return dict(zip(ids, await asyncio.gather(*map(self.user, ids)), strict=True))

    async def channels(self, channel_ids: set[str]) -> dict[str, str]:
        ids = sorted(channel_ids)
        return dict(zip(ids, await asyncio.gather(*map(self.channel, ids)), strict=True))

    async def learn(self) -> None:
        """Learn whom and what Parley is likely to meet, in two calls rather than in one for each name."""
        await asyncio.gather(self._learn_people(), self._learn_channels())

    async def _learn_people(self) -> None:
        for user in await self._listed(self._client.users_list(limit=FIRST), "members"):
            self._know(str(user.get("id")), _called(user))

    async def _learn_channels(self) -> None:
        """docs.slack.dev/reference/methods/users.conversations: the channels that Parley is in."""
        types = "public_channel,private_channel"
        for channel in await self._listed(
            self._client.users_conversations(types=types, exclude_archived=True, limit=FIRST), "channels"
        ):
            self._know(str(channel.get("id")), self._read(channel))

    async def _listed(self, answer: Awaitable[Any], what: str) -> list[dict[str, Any]]:
        try:
            return list((await asyncio.wait_for(web.call(answer), PATIENCE_S)).get(what) or [])
        except (PlatformTrouble, TimeoutError) as trouble:
            log.info("names.not_learnt", what=what, reason=str(trouble) or "timeout")
            return []

    def _know(self, key: str, name: str, keep_s: float = KEEP_S) -> None:
        self._known[key] = Known(name, self._clock() + keep_s)

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
        self._know(key, name, keep_s)
        return name

    async def _fetch_user(self, user_id: str) -> str:
        return _called((await web.call(self._client.users_info(user=user_id)))["user"]) or user_id

    async def _fetch_channel(self, channel_id: str) -> str:
        return self._read((await web.call(self._client.conversations_info(channel=channel_id)))["channel"])

    def _read(self, channel: dict[str, Any]) -> str:
        """A channel's name; its topic is remembered beside it."""
        self._topics[str(channel.get("id"))] = str((channel.get("topic") or {}).get("value") or "")
        return str(channel.get("name") or "")


def _called(user: dict[str, Any]) -> str:
    profile = user.get("profile") or {}
    name = profile.get("display_name") or profile.get("real_name") or user.get("real_name") or user.get("name")
    return str(name or user.get("id") or "")
