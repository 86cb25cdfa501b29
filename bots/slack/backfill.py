"""What was said in a thread before Parley was called into it.

docs.slack.dev/reference/methods/conversations.replies: a thread comes oldest first, in pages. Apps that are distributed
outside the Marketplace get one page of 15 messages a minute: then the oldest are all there is, and nothing waits.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import events, web
from bots.slack.workspaces import Presence
from core.errors import Kind, PlatformTrouble
from storage.incoming import Incoming

log = structlog.get_logger()

PAGE = 200
PATIENCE_S = 4.0
PAUSE_S = 60.0


class Backfill:
    """Reads threads, each `most` of its newest messages; a workspace that limits that is left alone for a while."""

    def __init__(self, most: int, clock: Callable[[], float] = monotonic) -> None:
        self._most = most
        self._clock = clock
        self._paused_until: dict[str, float] = {}

    async def before(self, trigger: Incoming, presence: Presence) -> list[Incoming]:
        """What was said in the trigger's thread before it, oldest first; what could be had in time."""
        team_id, found = trigger.place.workspace_id, deque[dict[str, Any]](maxlen=self._most)
        if self._paused_until.get(team_id, 0.0) > self._clock():
            return []
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._read(trigger, found, presence.client)
        except TimeoutError:
            log.info("thread.too_long", channel=trigger.place.channel_id, messages=len(found))
        except PlatformTrouble as trouble:
            self._heed(team_id, trouble)
        own, names = presence.own, presence.names
        said = await asyncio.gather(*(events.said(one, team_id, own, names, asks=False) for one in found))
        return [one for one in said if one is not None and one.position < trigger.position]

    async def _read(self, trigger: Incoming, found: deque[dict[str, Any]], client: AsyncWebClient) -> None:
        channel_id, cursor = trigger.place.channel_id, ""
        while True:
            answer = await web.call(
                client.conversations_replies(
                    channel=channel_id, ts=trigger.thread_key, latest=trigger.message_id, limit=PAGE, cursor=cursor
                )
            )
            messages = [one for one in answer.get("messages") or [] if isinstance(one, dict)]
            found.extend({"channel": channel_id, "thread_ts": trigger.thread_key, **one} for one in messages)
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _heed(self, team_id: str, trouble: PlatformTrouble) -> None:
        log.info("thread.not_read", team=team_id, code=trouble.code)
        if trouble.kind is Kind.LIMITED:
            self._paused_until[team_id] = self._clock() + (trouble.retry_after_s or PAUSE_S)
