"""What is done with each event, before Slack is told that it arrived: what is raised here is delivered again."""

from dataclasses import replace
from functools import partial
from typing import Any

from bots.slack import changes, events, reading, stopping
from bots.slack.backfill import Backfill
from bots.slack.changes import Deleted, Edited
from bots.slack.files import Downloads
from bots.slack.home import Home
from bots.slack.membership import Membership
from bots.slack.overheard import Overheard
from bots.slack.stopping import Stopping
from bots.slack.twins import Twins
from bots.slack.workspaces import Presence
from bots.turns import Turns
from core.inbox import Inbox
from storage.incoming import Incoming, Place
from storage.words import Platform

# docs.slack.dev/reference/events/message/channel_topic and their like.
RENAMED = ("channel_topic", "channel_name", "group_topic", "group_name")


class Hearing:
    """Keeps what people say, edit and delete, and heeds Slack's own Stop button."""

    def __init__(
        self,
        inbox: Inbox,
        overheard: Overheard,
        backfill: Backfill,
        downloads: Downloads,
        stopping: Stopping,
        home: Home,
        membership: Membership,
    ) -> None:
        self._inbox = inbox
        self._overheard = overheard
        self._downloads = downloads
        self._backfill = backfill
        self._stopping = stopping
        self._home = home
        self._membership = membership
        self._turns = Turns()
        self._twins = Twins()

    async def hear(self, event: Any, team_id: str, presence: Presence, *, too_late: bool = False) -> None:
        """Heed one event of a workspace, once for each message; whatever is no concern of Parley's is left.

        With `too_late`, what somebody said is remembered and not answered.
        """
        heed = partial(self._heed, event, team_id, presence, too_late=too_late)
        await self._twins.once(event, team_id, heed)

    async def _heed(self, event: Any, team_id: str, presence: Presence, *, too_late: bool) -> None:
        if (thread := events.thread_of(event)) is not None:
            async with self._turns.of((team_id, thread)):
                await self._hear_message(event, team_id, presence, too_late=too_late)
            return
        if (press := stopping.press(event, team_id)) is not None:
            await self._stopping.stop(press, presence.client)
            return
        await self._home.heed(event, team_id, presence.client)

    async def take(self, incoming: Incoming, presence: Presence) -> None:
        """Keep what somebody said; what was said before it, and files, are fetched after that."""
        fetch = self._downloads.by(presence.client)

        async def keep(said: list[Incoming]) -> None:
            for one in said:
                await self._inbox.take(replace(one, too_late=True), fetch=fetch)

        async def earlier() -> list[Incoming]:
            return await self._backfill.before(incoming, presence, keep)

        incoming = await self._membership.added(incoming)
        joins_a_thread = incoming.thread_key != incoming.message_id
        await self._inbox.take(incoming, earlier if joins_a_thread else None, fetch)

    async def _hear_message(self, event: dict[str, Any], team_id: str, presence: Presence, *, too_late: bool) -> None:
        called = events.calls(event, presence.own)
        if called is not None:
            await self._hear_said(event, team_id, presence, called=called, too_late=too_late)
            return
        if event.get("subtype") in RENAMED and isinstance(event.get("channel"), str):
            presence.names.forget(event["channel"])
            return
        match await changes.change(event, team_id, presence.own, presence.names):
            case Edited() as edited:
                await self._hear_edit(edited, event, presence)
            case Deleted(place, message_id):
                self._overheard.change(team_id, place.channel_id, message_id, "")
                await self._inbox.remove(place, message_id)

    async def _hear_said(
        self, event: dict[str, Any], team_id: str, presence: Presence, *, called: bool, too_late: bool
    ) -> None:
        """Names are asked of Slack for what is kept, and not for everything that is said in a channel."""
        place = Place(platform=Platform.SLACK, workspace_id=team_id, channel_id=event["channel"])
        if not called and not await self._inbox.concerns(place, event.get("thread_ts") or event["ts"]):
            self._overheard.hear(team_id, event | {"text": reading.own_text(event)})
            return
        incoming = await events.said(event, team_id, presence.own, presence.names, asks=called)
        if incoming is not None:
            await self.take(replace(incoming, too_late=too_late), presence)

    async def _hear_edit(self, edited: Edited, event: dict[str, Any], presence: Presence) -> None:
        """A mention that is added to a message asks as one that was there from the beginning."""
        place, message_id = edited.place, edited.message_id
        self._overheard.change(place.workspace_id, place.channel_id, message_id, event["message"]["text"])
        await self._inbox.edit(place, message_id, edited.text, edited.at)
        if not edited.calls:
            return
        message = changes.edited_message(event)
        incoming = await events.said(message, place.workspace_id, presence.own, presence.names, asks=True)
        if incoming is not None:
            await self.take(replace(incoming, edited=True), presence)
