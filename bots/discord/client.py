"""discord.py's client, as Parley wants it: few intents, little memory, and no payload that ends the connection."""

import sys
from collections.abc import Awaitable, Callable
from typing import Any

import discord
import structlog

from bots.discord.surface import NOBODY

log = structlog.get_logger()

# The library waits this long after the last server that the gateway tells of. Nothing here depends on having them all:
# a server is told of before anything that happens in it.
LAST_SERVER_S = 0.1
# These set up the connection: a failure in them must end it.
VITAL = ("READY", "RESUMED")

Heard = Callable[[discord.Message], Awaitable[None]]


class Client(discord.Client):
    def __init__(self) -> None:
        # It would say at each start that the libraries for voice are missing.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        self._asked_intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        super().__init__(
            intents=self._asked_intents,
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            guild_ready_timeout=LAST_SERVER_S,
            allowed_mentions=NOBODY,
        )
        self.live = False
        self._heard: Heard | None = None
        parsers = self._connection.parsers
        parsers.update({name: guarded(name, parse) for name, parse in parsers.items() if name not in VITAL})

    def listen_to(self, heard: Heard) -> None:
        """Have every message given to `heard`."""
        self._heard = heard

    def ask_for_granted_intents(self) -> bool:
        """After login: ask for the text of messages if the application may have it, and say whether it may.

        Asking for an intent that was not granted ends the connection with 4014
        (discord.com/developers/docs/events/gateway, "Privileged Intents").
        """
        flags = self.application_flags
        granted = flags.gateway_message_content or flags.gateway_message_content_limited
        self._asked_intents.message_content = granted
        return granted

    async def on_message(self, message: discord.Message) -> None:
        if self._heard is not None:
            await self._heard(message)

    async def on_connect(self) -> None:
        self.live = True

    async def on_resumed(self) -> None:
        self.live = True
        log.info("discord.resumed")

    async def on_disconnect(self) -> None:
        self.live = False
        log.info("discord.disconnected")

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        log.error("event.broke", handler=event_method, exc_info=sys.exception())


def guarded(name: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """A parser that logs what it cannot read; the library lets such a failure end the connection for good."""

    def parse_or_log(data: Any) -> None:
        try:
            parse(data)
        except Exception as error:
            ids = {key: data.get(key) for key in ("id", "channel_id", "guild_id")} if isinstance(data, dict) else {}
            log.warning("event.unreadable", name=name, error=type(error).__name__, **ids)

    return parse_or_log
