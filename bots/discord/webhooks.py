"""The webhook of a channel that personas speak through: one for each channel, Parley's own, made when first needed.

It belongs to the application, so its messages may have buttons (discord.com/developers/docs/resources/webhook).
"""

import asyncio
import re
import time
from collections.abc import Callable
from weakref import WeakValueDictionary

import aiohttp
import discord
import structlog

from bots.discord import rest
from core.errors import Kind, PlatformTrouble
from core.newest import Newest

log = structlog.get_logger()

OWN_NAME = "Parley"
LONGEST_NAME = 80
# docs: resources/webhook, "Create Webhook", and resources/user, "Usernames and Nicknames"
FORBIDDEN = re.compile(r"clyde|discord|^(everyone|here)$", re.IGNORECASE)
FORBIDDEN_CHARACTERS = re.compile(r"[@#:]|```")
ASK_AGAIN_S = 600.0
MOST = 10_000


class Webhooks:
    """Where there is no webhook and none can be made, that is not tried again for a while."""

    def __init__(
        self,
        client: discord.Client,
        clock: Callable[[], float] = time.monotonic,
        trace: aiohttp.TraceConfig | None = None,
    ) -> None:
        self._client = client
        self._traces = [] if trace is None else [trace]
        self._clock = clock
        self._known: Newest[int, discord.Webhook] = Newest(MOST)
        self._without_until: Newest[int, float] = Newest(MOST)
        self._finding: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._connections: aiohttp.ClientSession | None = None
        self.posted: Newest[int, None] = Newest(MOST)

    async def of(self, channel_id: int) -> discord.Webhook | None:
        """The channel's webhook; None where Parley may not have one. Raises PlatformTrouble when that is not known."""
        if self._without_until.get(channel_id, 0.0) > self._clock():
            return None
        if channel_id in self._known:
            return self._known[channel_id]
        async with self._finding.setdefault(channel_id, asyncio.Lock()):
            if channel_id not in self._known:
                await self._find(channel_id)
        return self._known.get(channel_id)

    def forget(self, channel_id: int) -> None:
        """Somebody deleted the webhook, or took it away."""
        self._known.pop(channel_id, None)

    def note(self, message_id: int) -> None:
        """A message was posted; the newest are remembered."""
        self.posted[message_id] = None

    async def close(self) -> None:
        if self._connections is not None:
            await self._connections.close()

    async def _find(self, channel_id: int) -> None:
        try:
            self._known[channel_id] = self._usable(await self._existing(channel_id) or await self._made(channel_id))
        except PlatformTrouble as trouble:
            if trouble.kind not in (Kind.DENIED, Kind.MISSING, Kind.INVALID):
                raise
            self._without_until[channel_id] = self._clock() + ASK_AGAIN_S
            log.info("webhook.not_allowed", channel=channel_id, code=trouble.code)

    async def _existing(self, channel_id: int) -> tuple[int, str] | None:
        for found in await rest.call(self._client.http.channel_webhooks(channel_id)):
            own = str(found.get("application_id")) == str(self._client.application_id)
            if own and (secret := found.get("token")):
                return int(found["id"]), secret
        return None

    async def _made(self, channel_id: int) -> tuple[int, str]:
        made = await rest.call(self._client.http.create_webhook(channel_id, name=OWN_NAME))
        log.info("webhook.made", channel=channel_id)
        return int(made["id"]), str(made.get("token"))

    def _usable(self, named: tuple[int, str]) -> discord.Webhook:
        """The library would repeat a post that met a server error, and perhaps double it: that error is raised."""
        if self._connections is None:
            headers = {"User-Agent": self._client.http.user_agent}
            self._connections = aiohttp.ClientSession(
                headers=headers, raise_for_status=raise_server_errors, trace_configs=self._traces
            )
        webhook_id, secret = named
        return discord.Webhook.partial(webhook_id, secret, session=self._connections, client=self._client)


async def raise_server_errors(response: aiohttp.ClientResponse) -> None:
    if response.status >= 500:
        response.raise_for_status()


def shown_name(persona: str) -> str:
    """The persona's name as a webhook may carry it; Parley's own where Discord forbids it."""
    name = " ".join(FORBIDDEN_CHARACTERS.sub(" ", persona).split())[:LONGEST_NAME].strip()
    return OWN_NAME if not name or FORBIDDEN.search(name) else name
