"""A note to a server that Parley was added to: once, however often the server is told of."""

from collections.abc import Iterator
from datetime import timedelta

import discord
import structlog
from discord.utils import utcnow

from bots.discord import rest
from bots.discord.errands import Errands
from bots.discord.surface import NOBODY
from core import texts
from core.errors import PlatformTrouble
from core.inbox import Inbox
from storage.words import Platform

log = structlog.get_logger()

# Discord tells of every server at each start (docs: events/gateway-events, "Guild Create"); only a newcomer is greeted.
NEW_FOR = timedelta(hours=1)
TRIES = 3


class Welcome:
    """A server is greeted when it was joined a moment ago and nothing is known of it yet."""

    def __init__(self, errands: Errands) -> None:
        self._errands = errands

    async def greet(self, guild: discord.Guild, inbox: Inbox) -> None:
        own = guild.me
        if own is None or own.joined_at is None or own.joined_at < utcnow() - NEW_FOR:
            return
        with self._errands.under_way():
            if not await inbox.meet(Platform.DISCORD, str(guild.id), guild.name):
                return
            for channel in list(_writable(guild, own))[:TRIES]:
                if await self._post(channel):
                    log.info("server.welcomed", server=guild.id, channel=channel.id)
                    return
            log.info("server.not_welcomed", server=guild.id)

    async def _post(self, channel: discord.TextChannel) -> bool:
        try:
            await rest.call(channel.send(texts.WELCOME, allowed_mentions=NOBODY, suppress_embeds=True))
        except PlatformTrouble as trouble:
            log.info("welcome.not_posted", channel=channel.id, code=trouble.code)
            return False
        return True


def _writable(guild: discord.Guild, own: discord.Member) -> Iterator[discord.TextChannel]:
    """The channel for notices of the system first, then the others from the top."""
    first = [guild.system_channel] if guild.system_channel else []
    for channel in (*first, *(each for each in guild.text_channels if each not in first)):
        granted = channel.permissions_for(own)
        if granted.view_channel and granted.send_messages:
            yield channel
