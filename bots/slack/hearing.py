"""What is done with each event, before Slack is told that it arrived: what is raised here is delivered again."""

from typing import Any

from bots.slack import changes, events, stopping
from bots.slack.backfill import Backfill
from bots.slack.changes import Deleted, Edited
from bots.slack.files import Downloads
from bots.slack.home import Home
from bots.slack.stopping import Stopping
from bots.slack.workspaces import Presence
from core.inbox import Inbox
from storage.incoming import Incoming


class Hearing:
    """Keeps what people say, edit and delete, and heeds Slack's own Stop button."""

    def __init__(self, inbox: Inbox, backfill: Backfill, downloads: Downloads, stopping: Stopping, home: Home) -> None:
        self._inbox = inbox
        self._downloads = downloads
        self._backfill = backfill
        self._stopping = stopping
        self._home = home

    async def hear(self, event: Any, team_id: str, presence: Presence) -> None:
        """Heed one event of a workspace; whatever is no concern of Parley's is left."""
        incoming = await events.incoming(event, team_id, presence.own, presence.names)
        if incoming is not None:
            await self.take(incoming, presence)
            return
        if (press := stopping.press(event, team_id)) is not None:
            await self._stopping.stop(press, presence.client)
            return
        if await self._home.heed(event, team_id, presence.client):
            return
        match await changes.change(event, team_id, presence.own, presence.names):
            case Edited(place, message_id, text, at):
                await self._inbox.edit(place, message_id, text, at)
            case Deleted(place, message_id):
                await self._inbox.remove(place, message_id)

    async def take(self, incoming: Incoming, presence: Presence) -> None:
        """Keep what somebody said; what was said before it, and files, are fetched after that."""

        async def earlier() -> list[Incoming]:
            return await self._backfill.before(incoming, presence)

        joins_a_thread = incoming.thread_key != incoming.message_id
        fetch = self._downloads.by(presence.client)
        await self._inbox.take(incoming, earlier if joins_a_thread else None, fetch)
