"""What was edited and deleted while nobody listened, in the conversations that Parley takes part in.

Slack delivers such events no longer than others. What is known of a thread is looked for in what Slack lists of it: an
edited message says when (`edited`), a deleted one is missing, and a deleted root with replies stays as a `tombstone`
(docs.slack.dev/reference/events/message/message_deleted). What is found is heard as its event would be. Only what was
known before a listing was asked for, and lies within what came in full, can be missing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bots.slack import events
from bots.slack.past import Listing, Message, Past
from core.errors import PlatformTrouble
from core.inbox import Inbox
from storage.whereabouts import Conversation, Whereabouts
from storage.words import Platform

# A workspace's threads are read within two minutes, at the rate that `Past` keeps to.
MOST_THREADS = 40
GONE = "thread_not_found"

Edits = Mapping[str, datetime | None]
Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of a channel's threads, newest first: when each message of theirs was edited last, by its id."""

    channel_id: str
    threads: Mapping[str, Edits]

    @property
    def roots(self) -> Edits:
        return {key: said[key] for key, said in self.threads.items() if key in said}


async def known(inbox: Inbox, place: Whereabouts, threads: Sequence[Conversation]) -> Known:
    found: dict[str, dict[str, datetime | None]] = defaultdict(dict)
    for said in await inbox.said_in(place, Platform.SLACK, [one.key for one in threads]):
        if events.is_timestamp(said.platform_id):
            found[said.key][said.platform_id] = said.edited_at
    return Known(place.posts_in, {one.key: found[one.key] for one in threads if one.key in found})


class Review:
    """Reads the threads of one workspace; of each what was said since `oldest`."""

    def __init__(self, past: Past, oldest: int) -> None:
        self._past = past
        self._oldest = oldest
        self._left = MOST_THREADS

    @property
    def is_over(self) -> bool:
        """Where Slack has refused a call as one too many, all others are left to replies."""
        return self._past.is_limited or self._left <= 0

    async def of_thread(self, channel_id: str, thread_ts: str, said: Edits) -> list[Event]:
        """What was missed in a thread. Raises PlatformTrouble."""
        self._left -= 1
        try:
            listing = await self._past.of_thread(channel_id, thread_ts, self._oldest)
        except PlatformTrouble as trouble:
            if trouble.code != GONE:
                raise
            listing = Listing([], 0)
        return missed(channel_id, said, listing)


def missed(channel_id: str, said: Edits, listing: Listing) -> list[Event]:
    """The events that would have told how what was known has become what is listed."""
    listed = {one["ts"]: one for one in listing.messages}
    found = []
    for ts, edited_at in said.items():
        message = listed.get(ts)
        if message is None and listing.covers(events.position(ts)):
            found.append(_event(channel_id, "message_deleted", deleted_ts=ts))
        elif message is not None and (message.get("subtype") == "tombstone" or _was_edited(message, edited_at)):
            found.append(_event(channel_id, "message_changed", message=message))
    return found


def _was_edited(message: Message, known_at: datetime | None) -> bool:
    edited = message.get("edited")
    ts = edited.get("ts") if isinstance(edited, dict) else None
    if not events.is_timestamp(ts):
        return False
    return known_at is None or datetime.fromtimestamp(float(str(ts)), UTC) > known_at


def _event(channel_id: str, subtype: str, **more: Any) -> Event:
    return {"type": "message", "subtype": subtype, "channel": channel_id, **more}
