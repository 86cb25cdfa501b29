"""What was said in a thread before Parley was called into it.

docs.slack.dev/reference/methods/conversations.replies: a thread comes in pages, the earliest messages first, and no
argument turns that round. Apps that are distributed outside the Marketplace get one page of 15 messages a minute. No
reply waits for more than that: the newest messages are those that were overheard, and the rest is read minute by
minute, for the turns that follow.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import structlog

from bots.slack import events, web
from bots.slack.overheard import Overheard
from bots.slack.workspaces import Presence
from bots.turns import Turns
from core.errors import Kind, PlatformTrouble
from core.newest import Newest
from storage.incoming import Incoming

log = structlog.get_logger()

PAGE = 200
PATIENCE_S = 4.0
PAUSE_S = 60.0
# A thread that is not read to its end within an hour of pages is left.
MOST_LATER_PAGES = 60
# A workspace that gives a page a minute is asked for more threads than can be read.
MOST_LATER_THREADS = 500
MOST_PAUSED = 10_000

Keep = Callable[[list[Incoming]], Awaitable[None]]
Events = dict[str, dict[str, Any]]


@dataclass(slots=True)
class Reading:
    """One thread: what was read of it in time, how much was read in all, and where the next page begins."""

    trigger: Incoming
    presence: Presence
    found: Events = field(default_factory=dict)
    count: int = 0
    cursor: str = ""
    is_whole: bool = False

    async def turn_page(self) -> Events:
        """The messages of the next page. Raises PlatformTrouble."""
        channel_id, thread_ts = self.trigger.place.channel_id, self.trigger.thread_key
        answer = await web.call(
            self.presence.client.conversations_replies(
                channel=channel_id, ts=thread_ts, latest=self.trigger.message_id, limit=PAGE, cursor=self.cursor
            )
        )
        messages = [one for one in answer.get("messages") or [] if isinstance(one, dict)]
        page = {str(one.get("ts")): {"channel": channel_id, "thread_ts": thread_ts, **one} for one in messages}
        self.count += len(page)
        self.cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        self.is_whole = not self.cursor
        return page


class Backfill:
    """Reads threads, each `most` of its newest messages; a workspace that limits that is left alone for a while."""

    def __init__(self, most: int, overheard: Overheard, clock: Callable[[], float] = monotonic) -> None:
        self._most = most
        self._overheard = overheard
        self._clock = clock
        self._paused_until: Newest[str, float] = Newest(MOST_PAUSED)
        self._turns = Turns()
        self._later: set[asyncio.Task[None]] = set()

    async def before(self, trigger: Incoming, presence: Presence, keep: Keep) -> list[Incoming]:
        """What was said in the trigger's thread before it, oldest first; what could be had in time.

        `keep` is given the rest, page by page, when it comes.
        """
        place, reading = trigger.place, Reading(trigger, presence)
        if await self._read(reading) and len(self._later) < MOST_LATER_THREADS:
            task = asyncio.create_task(self._go_on(reading, keep))
            self._later.add(task)
            task.add_done_callback(self._later.discard)
        heard = self._overheard.thread(place.workspace_id, place.channel_id, trigger.thread_key)
        found, reading.found = {str(one["ts"]): one for one in heard} | reading.found, {}
        return await self._said(reading, found)

    async def close(self) -> None:
        """Read no further."""
        for task in self._later:
            task.cancel()
        await asyncio.gather(*self._later, return_exceptions=True)

    async def _read(self, reading: Reading) -> bool:
        """Read as much as there is time for; whether there is more that can be had later."""
        team_id = reading.trigger.place.workspace_id
        if self._pause_s(team_id) > 0:
            return True
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not reading.is_whole:
                    reading.found |= await reading.turn_page()
        except TimeoutError:
            log.info("thread.too_long", channel=reading.trigger.place.channel_id, messages=reading.count)
            return True
        except PlatformTrouble as trouble:
            return self._heed(team_id, trouble)
        return False

    async def _go_on(self, reading: Reading, keep: Keep) -> None:
        """Read the rest of a thread, one page at a time in the whole workspace, as its limit allows."""
        team_id = reading.trigger.place.workspace_id
        for _ in range(MOST_LATER_PAGES):
            async with self._turns.of(team_id):
                await asyncio.sleep(self._pause_s(team_id))
                try:
                    page = await reading.turn_page()
                except PlatformTrouble as trouble:
                    if self._heed(team_id, trouble):
                        continue
                    return
            await keep(await self._said(reading, page))
            if reading.is_whole:
                log.info("thread.read", channel=reading.trigger.place.channel_id, messages=reading.count)
                return

    async def _said(self, reading: Reading, found: Events) -> list[Incoming]:
        trigger, own, names = reading.trigger, reading.presence.own, reading.presence.names
        team_id = trigger.place.workspace_id
        newest = _newest(found.values(), self._most)
        said = await asyncio.gather(*(events.said(one, team_id, own, names, asks=False) for one in newest))
        return [one for one in said if one is not None and one.position < trigger.position]

    def _pause_s(self, team_id: str) -> float:
        return max(0.0, self._paused_until.get(team_id, 0.0) - self._clock())

    def _heed(self, team_id: str, trouble: PlatformTrouble) -> bool:
        """Whether it is worth trying again after a while."""
        log.info("thread.not_read", team=team_id, code=trouble.code)
        if trouble.kind is not Kind.LIMITED:
            return False
        self._paused_until[team_id] = self._clock() + (trouble.retry_after_s or PAUSE_S)
        return True


def _newest(found: Iterable[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    stamped = [one for one in found if events.is_timestamp(one.get("ts"))]
    return sorted(stamped, key=lambda one: events.position(one["ts"]))[-most:]
