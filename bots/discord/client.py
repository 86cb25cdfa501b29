"""discord.py's client, as Parley wants it: few intents, little memory, and no payload that ends the connection."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
import structlog
from discord.gateway import DiscordWebSocket

from bots.discord.sharding import IdentifyTurns, Plan
from bots.discord.surface import NOBODY
from core.shards import Shards

log = structlog.get_logger()

# The library waits this long after the last server that the gateway tells of. Nothing here depends on having them all:
# a server is told of before anything that happens in it.
LAST_SERVER_S = 0.1
# Besides the gateway's. Discord takes fifty requests a second of an application, and answers each in a fraction of one
# (discord.com/developers/docs/topics/rate-limits, "Global Rate Limit"); the library itself would open one for each.
CONNECTIONS = 60
# These set up the connection: a failure in them must end it.
VITAL = ("READY", "RESUMED")

Heard = Callable[[discord.Message], Awaitable[None]]
Began = Callable[[int], Awaitable[None]]
Met = Callable[[discord.Guild], Awaitable[None]]


class Client(discord.AutoShardedClient):
    """`turns` says when a shard may identify; the library itself does not know how many may do so at once.

    `trace` hears of every request, if it is given.
    """

    def __init__(self, turns: IdentifyTurns, trace: aiohttp.TraceConfig | None = None) -> None:
        # It would say at each start that the libraries for voice are missing.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        self._asked_intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        self._connections = aiohttp.TCPConnector(limit=CONNECTIONS)
        super().__init__(
            intents=self._asked_intents,
            connector=self._connections,
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            guild_ready_timeout=LAST_SERVER_S,
            allowed_mentions=NOBODY,
            http_trace=trace,  # type: ignore[arg-type]
        )
        self._turns = turns
        self._plan = Plan(Shards((0,), 1), 1)
        self._live: set[int] = set()
        self._heard: Heard | None = None
        self._began: Began | None = None
        self._met: Met | None = None
        parsers = self._connection.parsers
        parsers["READY"] = naming_its_shard(parsers["READY"])
        parsers.update({name: guarded(name, parse) for name, parse in parsers.items() if name not in VITAL})

    @property
    def live(self) -> bool:
        """Whether events of every shard flow right now."""
        return self._live.issuperset(self._plan.shards.ids)

    @property
    def plan(self) -> Plan:
        return self._plan

    def follow(self, plan: Plan) -> None:
        """Connect these shards, and no others."""
        self._plan = plan
        self._connections._limit = CONNECTIONS + len(plan.shards.ids)  # noqa: SLF001
        self.shard_count, self.shard_ids = plan.shards.count, list(plan.shards.ids)

    def listen_to(self, heard: Heard | None, began: Began | None = None, met: Met | None = None) -> None:
        """Have every message given to `heard`, every shard whose session is new to `began`, every server to `met`."""
        self._heard, self._began, self._met = heard, began, met

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

    async def launch_shards(self) -> None:
        """Connect every shard: those that may identify at the same time side by side, the others in turn."""
        self._connection.shard_count = self._plan.shards.count
        self._connection.shard_ids = list(self._plan.shards.ids)
        async with asyncio.TaskGroup() as launching:
            for lane in self._plan.lanes:
                launching.create_task(self._launch(lane))

    async def _launch(self, lane: list[int]) -> None:
        for shard_id in lane:
            await self.launch_shard(DiscordWebSocket.DEFAULT_GATEWAY, shard_id)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        await self._turns.wait((shard_id or 0) % self._plan.concurrency)

    async def on_shard_connect(self, shard_id: int) -> None:
        self._live.add(shard_id)

    async def on_shard_ready(self, shard_id: int) -> None:
        if self._began is not None:
            await self._began(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        self._live.add(shard_id)
        log.info("discord.resumed", shard=shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        self._live.discard(shard_id)
        log.info("discord.disconnected", shard=shard_id)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        if self._met is not None:
            await self._met(guild)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        if self._met is not None:
            await self._met(guild)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        log.error("event.broke", handler=event_method, exc_info=sys.exception())


def naming_its_shard(parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """A parser of READY that does without its `shard`, which a gateway with one shard may leave out."""

    def parse_named(data: Any) -> None:
        parse({"shard": [data.get("__shard_id__", 0), 1]} | data)

    return parse_named


def guarded(name: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """A parser that logs what it cannot read; the library lets such a failure end the connection for good."""

    def parse_or_log(data: Any) -> None:
        try:
            parse(data)
        except Exception as error:
            ids = {key: data.get(key) for key in ("id", "channel_id", "guild_id")} if isinstance(data, dict) else {}
            log.warning("event.unreadable", name=name, error=type(error).__name__, **ids)

    return parse_or_log
