"""What was said while nobody listened, and Slack delivers no more: it gives up after some six minutes.

docs.slack.dev/apis/events-api: an event is sent again at once, after a minute and after five. What is missing after
that is looked for in the places that Parley was in last, when it starts and when its connection is back. Fresh
questions are answered, older messages are remembered only. What was heard before is known by its timestamp, so nothing
is answered twice. What was changed meanwhile is found by `review`, after that.
"""

import asyncio
from collections.abc import Awaitable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

import structlog

from bots.slack import events, review
from bots.slack.hearing import Hearing
from bots.slack.past import Message, Past, latest_reply, position_of
from bots.slack.review import Edits, Known, Review
from bots.slack.workspaces import Presence, Workspaces
from core.errors import PlatformTrouble
from core.inbox import Inbox
from storage.whereabouts import Conversation, Whereabouts
from storage.words import Platform

log = structlog.get_logger()

MOST_KNOWN = 1_000
MOST_PLACES = 50
MOST_THREADS = 10
# Threads that began before the page that their channel was asked for.
MOST_OLD_THREADS = 3
WORKSPACES_AT_ONCE = 4
PATIENCE_S = 300.0
REMEMBERED = timedelta(days=7)
# The token works nowhere in the workspace any more.
CLOSED = frozenset(
    {"invalid_auth", "account_inactive", "token_revoked", "token_expired", "not_installed", "not_authed"}
)


@dataclass(frozen=True, slots=True)
class Gap:
    """A place, the position until which everything there was heard, and where its messages are looked for from."""

    place: Whereabouts
    heard_until: int
    after: int


@dataclass(frozen=True, slots=True)
class Times:
    """Positions, in microseconds: what is older than `fresh` is not answered, what is older than `oldest` not read."""

    fresh: int
    oldest: int


@dataclass(frozen=True, slots=True)
class Visit:
    """One workspace while it is looked into, and what was known of its channels before that."""

    team_id: str
    presence: Presence
    past: Past
    review: Review
    times: Times
    known: list[Known] = field(default_factory=list)


class CatchUp:
    """`window_s` is the age up to which a question is answered still; with 0 nothing is looked for."""

    def __init__(self, inbox: Inbox, workspaces: Workspaces, hearing: Hearing, window_s: float) -> None:
        self._inbox = inbox
        self._workspaces = workspaces
        self._hearing = hearing
        self._window = timedelta(seconds=window_s)
        self._alive_at: datetime | None = None
        self._known_at_start: list[Whereabouts] = []
        self._runs: set[asyncio.Task[None]] = set()
        self._one_at_a_time = asyncio.Lock()

    async def prepare(self) -> None:
        """Note how far everything is known, before anything new is heard."""
        if self._window:
            self._known_at_start = await self._inbox.whereabouts(Platform.SLACK, MOST_KNOWN)

    def begin(self) -> None:
        """Look in the background for what was said before events flowed."""
        self._start(self._known_at_start, None)

    async def heed(self, _client: Any, frame: dict[str, Any], _raw: str | None = None) -> None:
        """Slack begins each connection with `hello` (docs.slack.dev/apis/events-api/using-socket-mode)."""
        alive_at, self._alive_at = self._alive_at, datetime.now(UTC)
        if frame.get("type") == "hello" and alive_at is not None and self._window:
            self._start(await self._inbox.whereabouts(Platform.SLACK, MOST_KNOWN), alive_at)

    async def close(self) -> None:
        """Look no further."""
        for run in self._runs:
            run.cancel()
        await asyncio.gather(*self._runs, return_exceptions=True)

    def _start(self, known: list[Whereabouts], cut_at: datetime | None) -> None:
        """One that waits for its turn reads what is missed until then as well."""
        if not self._window or not known or len(self._runs) > 1:
            return
        run = asyncio.create_task(self._run(known, cut_at))
        self._runs.add(run)
        run.add_done_callback(self._runs.discard)

    async def _run(self, known: list[Whereabouts], cut_at: datetime | None) -> None:
        now = datetime.now(UTC)
        times = Times(_position(now - self._window), _position(now - self._window - REMEMBERED))
        several = asyncio.Semaphore(WORKSPACES_AT_ONCE)

        async def look_into(team_id: str, places: list[Whereabouts]) -> None:
            async with several:
                await self._look_into(team_id, [_gap(place, times, cut_at) for place in places], times)

        by_team = groupby(sorted(known, key=attrgetter("workspace_id")), attrgetter("workspace_id"))
        async with self._one_at_a_time:
            await asyncio.gather(*(look_into(team_id, _newest(places)) for team_id, places in by_team))

    async def _look_into(self, team_id: str, gaps: list[Gap], times: Times) -> None:
        """Hear what was missed in a workspace; bounded in places, calls and time."""
        presence = await self._workspaces.presence(team_id)
        if presence is None:
            return
        past = Past(presence.client, PATIENCE_S)
        visit = Visit(team_id, presence, past, Review(past, times.oldest), times)
        heard = await self._each(team_id, ((gap.place.posts_in, self._hear_gap(gap, visit)) for gap in gaps))
        changed = await self._each(team_id, self._reviews(visit)) if heard is not None else None
        log.info(
            "catch_up.done", team=team_id, places=len(gaps), messages=heard, changes=changed, limited=past.is_limited
        )

    async def _each(self, team_id: str, deeds: Iterable[tuple[str, Awaitable[int]]]) -> int | None:
        """How much was heard in all channels; None when it is no use to go on."""
        heard = 0
        for channel_id, deed in deeds:
            try:
                heard += await deed
            except PlatformTrouble as trouble:
                log.warning("catch_up.not_read", team=team_id, channel=channel_id, code=trouble.code)
                if trouble.code in CLOSED or trouble.code == "no_time_left":
                    return None
            except Exception:
                log.exception("catch_up.not_kept", team=team_id, channel=channel_id)
        return heard

    async def _hear_gap(self, gap: Gap, visit: Visit) -> int:
        """Hear what was said in a place in the gap, and what has become of the messages that its threads began with."""
        channel_id, times = gap.place.posts_in, visit.times
        threads = await self._inbox.conversations(gap.place, Platform.SLACK, times.oldest, MOST_THREADS)
        threads = [one for one in threads if events.is_timestamp(one.key)]
        known = await review.known(self._inbox, gap.place, threads)
        oldest = max(times.oldest, min([gap.after, *(events.position(one.key) for one in threads)]))
        listing = await visit.past.of_channel(channel_id, oldest, gap.after)
        found = {one["ts"]: one for one in listing.messages}
        for thread_ts in _unread_threads(listing.messages, threads, gap, visit.past):
            found |= {one["ts"]: one for one in await self._thread(visit.past, channel_id, thread_ts, gap.after)}
        messages = sorted((one for one in found.values() if position_of(one) > gap.after), key=position_of)
        visit.known.append(known)
        heard = await self._hear_all(messages, gap, visit.presence, times)
        return heard + await self._hear_changes(review.missed(channel_id, known.roots, listing), visit)

    async def _thread(self, past: Past, channel_id: str, thread_ts: str, after: int) -> list[Message]:
        try:
            return (await past.of_thread(channel_id, thread_ts, after)).messages
        except PlatformTrouble as trouble:
            log.info("catch_up.thread_not_read", channel=channel_id, thread=thread_ts, code=trouble.code)
            return []

    async def _hear_all(self, messages: list[Message], gap: Gap, presence: Presence, times: Times) -> int:
        """What was heard already without a mention does not ask now, whatever the channel listens to meanwhile."""
        heard = 0
        for message in messages:
            event = {**message, "type": "message", "channel": gap.place.posts_in}
            called = events.calls(event, presence.own)
            if called is None:
                continue
            position = position_of(message)
            too_late = position < times.fresh or (not called and position <= gap.heard_until)
            await self._hearing.hear(event, gap.place.workspace_id, presence, too_late=too_late)
            heard += 1
        return heard

    def _reviews(self, visit: Visit) -> Iterator[tuple[str, Awaitable[int]]]:
        """A deed for each thread that is known, for as long as more of them may be read."""
        for known in visit.known:
            for thread_ts, said in known.threads.items():
                if not visit.review.is_over:
                    yield known.channel_id, self._hear_thread(known.channel_id, thread_ts, said, visit)

    async def _hear_thread(self, channel_id: str, thread_ts: str, said: Edits, visit: Visit) -> int:
        return await self._hear_changes(await visit.review.of_thread(channel_id, thread_ts, said), visit)

    async def _hear_changes(self, changes: list[dict[str, Any]], visit: Visit) -> int:
        for change in changes:
            await self._hearing.hear(change, visit.team_id, visit.presence)
        return len(changes)


def _newest(places: Iterable[Whereabouts]) -> list[Whereabouts]:
    return sorted(places, key=lambda place: -place.position)[:MOST_PLACES]


def _gap(place: Whereabouts, times: Times, cut_at: datetime | None) -> Gap:
    """An own message may be newer than one that was missed, so that what is fresh is read in any case."""
    heard_until = place.position if cut_at is None else min(place.position, _position(cut_at))
    return Gap(place, heard_until, max(times.oldest, min(times.fresh, heard_until)))


def _unread_threads(listed: list[Message], threads: list[Conversation], gap: Gap, past: Past) -> list[str]:
    """The threads to be read: those of Parley's first, and others where somebody may have mentioned it meanwhile."""
    known = {one.key for one in threads}
    shown = {one["ts"] for one in listed}
    newer = sorted((one for one in listed if latest_reply(one) > gap.after), key=latest_reply, reverse=True)
    own = [one["ts"] for one in newer if one["ts"] in known]
    others = [] if past.is_limited else [one["ts"] for one in newer if one["ts"] not in known]
    old = [one.key for one in threads if one.key not in shown]
    return (own + old[:MOST_OLD_THREADS] + others)[:MOST_THREADS]


def _position(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000)
