"""Parley on Discord: the client, its gateway connection, and what is done with each message."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import discord
import structlog

from bots import counted_calls
from bots.discord import downloads, registration, rest, seeing, sharding
from bots.discord.administration import Administration
from bots.discord.answers import Answers
from bots.discord.asking import Asking
from bots.discord.catch_up import CatchUp
from bots.discord.changes import Changes
from bots.discord.channel_commands import ChannelCommands
from bots.discord.client import Client
from bots.discord.commands import Commands
from bots.discord.errands import Errands
from bots.discord.events import Events
from bots.discord.forms import Forms
from bots.discord.openings import Openings
from bots.discord.persona_surface import PersonaSurface
from bots.discord.places import Places
from bots.discord.pressing import call_button, reply_button
from bots.discord.refusals import Refusals
from bots.discord.reply_commands import ReplyCommands
from bots.discord.requests import Requests
from bots.discord.review import Review
from bots.discord.sharding import IDENTIFY_WINDOW_S, IdentifyTurns
from bots.discord.signs import Signs
from bots.discord.surface import NOBODY, DiscordSurface
from bots.discord.token_surface import TokenSurface
from bots.discord.tokens import Token
from bots.discord.webhooks import Webhooks
from bots.discord.welcome import Welcome
from bots.discord.why_commands import WhyCommands
from bots.parts import Parts
from bots.turns import Turns
from core import texts
from core.errors import Kind, PlatformTrouble
from core.inbox import Inbox
from core.metrics import Metrics
from core.nearby import Nearby
from core.settings import Settings
from core.surface import Surface
from core.tools.search import Room
from core.tools.tool import Asker
from storage.claims import Work
from storage.database import Database
from storage.incoming import Incoming

log = structlog.get_logger()

COMMANDS_S = 3.0
READY_S = 60.0
SHARD_S = 6.0
ERRANDS_S = 5.0
# discord.com/developers/docs/topics/opcodes-and-status-codes, "Gateway Close Event Codes"
CLOSE_CODES = {4004: "token_refused", 4013: "invalid_intents", 4014: "intents_not_granted"}


class DiscordBot:
    """One Discord application: its servers over one gateway connection, or over one for each shard."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        identify_window_s: float = IDENTIFY_WINDOW_S,
        metrics: Metrics | None = None,
    ) -> None:
        self._settings = settings
        token = settings.discord_token.get_secret_value()
        counted = partial(counted_calls.trace, "discord", rest.name_of, metrics or Metrics())
        turns = IdentifyTurns(f"{settings.discord_api_url} {token}", identify_window_s)
        self._requests = Requests(settings.discord_requests_per_second, database)
        self._client = Client(turns, self._requests.trace(counted()))
        self._places = Places(self._client)
        self._nearby = Nearby(database)
        self._openings = Openings(wanted=settings.discord_threads == "on")
        self._refusals = Refusals(self._client)
        self._events = Events(self._client, self._places, self._nearby, self._openings, self._refusals)
        self._errands = Errands()
        self._turns = Turns()
        self._catch_up = CatchUp(self._client, self._errands, settings.catch_up_s)
        self._welcome = Welcome(self._errands)
        self._webhooks = Webhooks(self._client, trace=self._requests.trace(counted()))
        self._signs = Signs()
        self._answers = Answers(self._errands)
        self._commands = Commands(self._client, self._answers)
        self._inbox: Inbox | None = None
        self._asking: Asking | None = None
        self._review: Review | None = None
        self._gateway: asyncio.Task[None] | None = None
        self._registering: asyncio.Task[None] | None = None

    async def identify(self) -> None:
        """Log in; the REST API can be used from now on. Raises PlatformTrouble."""
        rest.point_at(self._settings)
        await self._requests.start()
        await rest.call(self._client.login(self._settings.discord_token.get_secret_value()))
        log.info("discord.identified", application=self._client.application_id)

    def surface(self, work: Work) -> Surface:
        token = Token.parse(work.posts_in)
        if token is not None:
            return TokenSurface(self._client, work, token)
        if not work.persona_name:
            self._requests.expect_post(work.posts_in)
        plain = DiscordSurface(self._client, work, self._signs, partial(self._refusals.denied, work))
        if self._settings.discord_webhooks == "off" or work.workspace_id.startswith("dm:"):
            return plain
        return PersonaSurface(self._client, work, self._webhooks, plain)

    async def sees(self, asker: Asker, rooms: Sequence[Room]) -> frozenset[Room]:
        """Those of the rooms that a person may read. Raises PlatformTrouble."""
        return await seeing.seen(self._client, asker, rooms)

    async def connect(self, parts: Parts) -> None:
        """Register the commands and open the gateway; events flow from now on. Raises PlatformTrouble."""
        inbox, control = parts.inbox, parts.control
        self._inbox = inbox
        self._asking = Asking(inbox, self._places, self._events, self._openings, self._answers)
        replies = ReplyCommands(self._nearby, control, self._places, self._events, self._answers)
        channels = ChannelCommands(self._settings, self._client, self._nearby, parts, self._places, self._answers)
        forms = Forms(self._answers)
        self._client.event(forms.on_interaction)
        administration = Administration(self._client, parts, self._places, forms, self._answers)
        why = WhyCommands(parts.inspection, self._places, self._answers)
        more = [*replies.all(), *channels.all(), *why.all(), *administration.commands]
        buttons = [
            reply_button(control, self._answers),
            call_button(parts.approvals, self._answers),
            *administration.buttons,
        ]
        self._commands.fill(self._asking, forms, more, buttons)
        changes = Changes(self._client, self._places, self._events, self._errands, inbox, self._turns)
        changes.listen()
        self._review = Review(self._client, inbox, changes)
        self._registering = asyncio.create_task(registration.registered(self._client, self._commands))
        if not self._client.ask_for_granted_intents():
            log.warning("discord.no_message_content")
        self._client.follow(await sharding.plan(self._client, self._settings))
        self._client.listen_to(self._hear, self._catch_up_shard, self._greet)
        self._gateway = asyncio.create_task(self._client.connect())
        await self._until_ready(self._gateway)
        await asyncio.wait({self._registering}, timeout=COMMANDS_S)
        self._gateway.add_done_callback(_report_end)
        log.info("discord.connected", servers=len(self._client.guilds), shards=len(self._client.plan.shards.ids))

    async def connected(self) -> bool:
        return self._client.live and self._gateway is not None and not self._gateway.done()

    async def close(self) -> None:
        """Hear nothing more, let what was heard be kept, and leave."""
        if self._registering is not None:
            self._registering.cancel()
        if self._gateway is not None:
            self._gateway.remove_done_callback(_report_end)
            self._gateway.cancel()
            await asyncio.wait({self._gateway})
        self._client.listen_to(None)
        self._catch_up.stop()
        await self._errands.over(ERRANDS_S)
        await self._client.close()
        await self._webhooks.close()
        await self._requests.close()

    async def _until_ready(self, gateway: asyncio.Task[None]) -> None:
        ready = asyncio.create_task(self._client.wait_until_ready())
        patience_s = READY_S + SHARD_S * len(self._client.plan.shards.ids)
        try:
            await asyncio.wait({ready, gateway}, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
        if gateway.done():
            raise trouble_of(gateway.exception())
        if not ready.done():
            raise PlatformTrouble(Kind.TRANSIENT, "gateway_silent")

    async def _catch_up_shard(self, shard_id: int) -> None:
        if self._inbox is not None and self._review is not None:
            await self._catch_up.run(shard_id, self._inbox, self._hear, self._review)

    async def _greet(self, guild: discord.Guild) -> None:
        if self._inbox is not None:
            await self._welcome.greet(guild, self._inbox)

    async def _hear(self, message: discord.Message, too_late: bool = False) -> None:
        """Keep what concerns Parley. Discord delivers once: whoever waits is told when it could not be kept."""
        incoming: Incoming | None = None
        with self._errands.under_way():
            try:
                async with self._turns.of(message.id):
                    incoming = await self._events.incoming(message)
                    if incoming is not None and self._inbox is not None:
                        await self._inbox.take(replace(incoming, too_late=too_late), fetch=downloads.fetch)
            except PlatformTrouble as trouble:
                log.warning("message.not_read", message=message.id, channel=message.channel.id, code=trouble.code)
            except Exception:
                log.exception("message.not_kept", message=message.id, channel=message.channel.id)
                if incoming is not None and incoming.asks and not too_late:
                    await self._apologize(message)

    async def _apologize(self, message: discord.Message) -> None:
        try:
            await rest.call(message.reply(texts.SOMETHING_BROKE, mention_author=False, allowed_mentions=NOBODY))
        except PlatformTrouble as trouble:
            log.info("apology.not_shown", message=message.id, code=trouble.code)


def trouble_of(error: BaseException | None) -> PlatformTrouble:
    """Why the gateway connection ended for good."""
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return PlatformTrouble(Kind.DENIED, "intents_not_granted")
    if isinstance(error, discord.ConnectionClosed):
        code = CLOSE_CODES.get(error.code or 0)
        return PlatformTrouble(Kind.DENIED if code else Kind.TRANSIENT, code or f"gateway_closed_{error.code}")
    if isinstance(error, discord.HTTPException):
        return rest.trouble_of(error)
    log.error("gateway.broke", exc_info=error)
    return PlatformTrouble(Kind.UNKNOWN, type(error).__name__ if error else "gateway_closed")


def _report_end(gateway: asyncio.Task[None]) -> None:
    if not gateway.cancelled():
        log.error("discord.connection_lost", reason=trouble_of(gateway.exception()).code)
