"""People edit and delete what they wrote; raw events tell of it, which need nothing kept in memory.

Discord sends an update for an unfurled link, too, without a moment of editing (docs: resources/message).
"""

from collections.abc import Awaitable, Callable

import discord
import structlog

from bots.discord.errands import Errands
from bots.discord.events import Events
from bots.discord.places import Places
from core.errors import PlatformTrouble
from core.inbox import Inbox

log = structlog.get_logger()


class Changes:
    def __init__(self, client: discord.Client, places: Places, events: Events, errands: Errands, inbox: Inbox) -> None:
        self._client = client
        self._places = places
        self._events = events
        self._errands = errands
        self._inbox = inbox

    def listen(self) -> None:
        """Hear of every change from now on."""
        self._client.event(self.on_raw_message_edit)
        self._client.event(self.on_raw_message_delete)
        self._client.event(self.on_raw_bulk_message_delete)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        if payload.data.get("edited_timestamp") is not None and self._events.can_read(payload.message):
            await self._guarded(payload.channel_id, lambda: self._edited(payload.message))

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        await self._guarded(payload.channel_id, lambda: self._removed(payload.channel_id, payload.message_id))

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        await self._guarded(payload.channel_id, lambda: self._removed(payload.channel_id, *sorted(payload.message_ids)))

    async def _edited(self, message: discord.Message) -> None:
        spot = await self._places.spot(message.channel, message.author.id)
        text = self._events.text(message, spot.guild)
        await self._inbox.edit(spot.place, str(message.id), text, message.edited_at or message.created_at)

    async def _removed(self, channel_id: int, *message_ids: int) -> None:
        spot = await self._places.of_channel(channel_id)
        for message_id in message_ids:
            await self._inbox.remove(spot.place, str(message_id))

    async def _guarded(self, channel_id: int, deed: Callable[[], Awaitable[None]]) -> None:
        with self._errands.under_way():
            try:
                await deed()
            except PlatformTrouble as trouble:
                log.info("change.not_read", channel=channel_id, code=trouble.code)
            except Exception:
                log.exception("change.not_kept", channel=channel_id)
