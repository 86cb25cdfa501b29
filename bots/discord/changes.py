"""People edit and delete what they wrote; raw events tell of it, which need nothing kept in memory.

Discord sends an update for an unfurled link, too, without a moment of editing (docs: resources/message). Moderating
bots delete within a moment: a change waits until the message has been heard.
"""

from collections.abc import Awaitable, Callable

import discord
import structlog

from bots.discord import downloads
from bots.discord.errands import Errands
from bots.discord.events import Events
from bots.discord.places import Places
from bots.turns import Turns
from core.errors import PlatformTrouble
from core.inbox import Inbox
from storage.words import Platform

log = structlog.get_logger()


class Changes:
    def __init__(
        self,
        client: discord.Client,
        places: Places,
        events: Events,
        errands: Errands,
        inbox: Inbox,
        turns: Turns,
    ) -> None:
        self._client = client
        self._places = places
        self._events = events
        self._errands = errands
        self._inbox = inbox
        self._turns = turns

    def listen(self) -> None:
        """Hear of every change from now on."""
        self._client.event(self.on_raw_message_edit)
        self._client.event(self.on_raw_message_delete)
        self._client.event(self.on_raw_bulk_message_delete)
        self._client.event(self.on_raw_thread_delete)
        self._client.event(self.on_guild_channel_delete)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        if payload.data.get("edited_timestamp") is not None:
            has_files = "attachments" in payload.data
            await self._guarded(payload.channel_id, lambda: self.edited(payload.message, has_files=has_files))

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        await self._guarded(payload.channel_id, lambda: self.removed(payload.channel_id, payload.message_id))

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        await self._guarded(payload.channel_id, lambda: self.removed(payload.channel_id, *sorted(payload.message_ids)))

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        await self._guarded(payload.thread_id, lambda: self._left(payload.guild_id, payload.thread_id))

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self._guarded(channel.id, lambda: self._left(channel.guild.id, channel.id))

    async def _left(self, guild_id: int, place_id: int) -> None:
        """Discord tells of a deleted channel or thread, and of none of the messages that were in it."""
        await self._inbox.remove_place(Platform.DISCORD, str(guild_id), str(place_id))

    async def edited(self, message: discord.Message, *, has_files: bool = True) -> None:
        """Keep what a message says by now, if it is known and can be read. Raises PlatformTrouble.

        Without `has_files` nothing is said of its files.
        """
        if not self._events.can_read(message):
            return
        spot = await self._places.spot(message.channel, message.author.id)
        text = self._events.text(message, spot.guild)
        at, files = message.edited_at or message.created_at, downloads.announced(message) if has_files else None
        async with self._turns.of(message.id):
            await self._inbox.edit(spot.place, str(message.id), text, at, files)

    async def removed(self, channel_id: int, *message_ids: int) -> None:
        """Forget messages that are gone. Raises PlatformTrouble."""
        spot = await self._places.of_channel(channel_id)
        for message_id in message_ids:
            async with self._turns.of(message_id):
                await self._inbox.remove(spot.place, str(message_id))

    async def _guarded(self, channel_id: int, deed: Callable[[], Awaitable[None]]) -> None:
        with self._errands.under_way():
            try:
                await deed()
            except PlatformTrouble as trouble:
                log.info("change.not_read", channel=channel_id, code=trouble.code)
            except Exception:
                log.exception("change.not_kept", channel=channel_id)
