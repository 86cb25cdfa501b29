"""Parley on Slack: the Bolt app, the ways that requests reach it, and what is done with each kind of request."""

import logging
from collections.abc import Sequence
from typing import Any

import aiohttp
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.internals import extract_enterprise_id
from slack_bolt.response import BoltResponse

from bots import counted_calls
from bots.doors import Doors, Handler
from bots.parts import Parts
from bots.slack import administration, buttons, http, seeing, tool_buttons, web
from bots.slack.backfill import Backfill
from bots.slack.belonging import Belonging
from bots.slack.catch_up import CatchUp
from bots.slack.files import Downloads
from bots.slack.groups import Groups
from bots.slack.guises import Guises
from bots.slack.hearing import Hearing
from bots.slack.home import Home
from bots.slack.installations import Installations
from bots.slack.limits import MINUTE_S, LimitedClient, Limits
from bots.slack.membership import Membership
from bots.slack.naming import Naming
from bots.slack.oauth import OAuth
from bots.slack.overheard import Overheard
from bots.slack.people import People
from bots.slack.removal import Removal
from bots.slack.rights import Rights
from bots.slack.shortcuts import Shortcuts
from bots.slack.sockets import Heard, Sockets
from bots.slack.status import Signs
from bots.slack.stopping import Stopping
from bots.slack.streaming import Streaming, StreamingSurface
from bots.slack.surface import SlackSurface
from bots.slack.why import Explanations
from bots.slack.workspaces import OneWorkspace, Workspaces
from core import texts
from core.budget import Rate
from core.metrics import Metrics
from core.settings import Settings
from core.settings.fields import listed
from core.surface import Surface
from core.tallies import Tallies
from core.tools.search import Room
from core.tools.tool import Asker
from storage.claims import Work
from storage.database import Database
from storage.encrypted import Vault

log = structlog.get_logger()

# A connection that was cut is noticed at the next ping.
PING_S = 3.0


class SlackBot:
    """Slack, over Socket Mode, over HTTP, or over both."""

    def __init__(self, settings: Settings, database: Database, doors: Doors, metrics: Metrics | None = None) -> None:
        self._settings = settings
        self._database = database
        self._doors = doors
        self._metrics = metrics or Metrics()
        self._connections: aiohttp.ClientSession | None = None
        self._handler: Sockets | None = None
        self._backfill: Backfill | None = None
        self._catch_up: CatchUp | None = None
        self._handlers: dict[str, Handler] = {}
        self._signs = Signs()
        self._guises = Guises()
        self._updates = Rate(settings.slack_updates_per_minute, MINUTE_S)
        self._posts = Rate(settings.slack_posts_per_minute, MINUTE_S)
        self._tallies = Tallies(database)
        self._limits = Limits(self._tallies, self._updates, self._posts, database.is_postgresql)
        self._streaming = Streaming(wanted=settings.slack_streaming == "on")

    async def identify(self) -> None:
        """Find out which workspaces there are. Raises PlatformTrouble."""
        self._connections = web.session(counted_calls.trace("slack", web.name_of, self._metrics))
        self._downloads = Downloads(self._connections, self._settings.slack_api_url)
        self._workspaces = self._known_workspaces()
        self._belonging = Belonging(self._workspaces, self._database)
        await self._workspaces.identify()

    def _known_workspaces(self) -> Workspaces:
        """The one that the bot token belongs to, or every one that installs Parley, which it then can."""
        settings = self._settings
        if not settings.has_many_slack_workspaces:
            return OneWorkspace(self._client(settings.slack_bot_token.get_secret_value()))
        vault = Vault(listed(settings.encryption_keys))
        id_and_secret = (settings.slack_client_id, settings.slack_client_secret.get_secret_value())
        known = Installations(self._database, vault, self._client(None), id_and_secret)
        self._handlers |= OAuth(self._database, self._client(None), id_and_secret, known).handlers
        return known

    def surface(self, work: Work) -> Surface:
        client = self._workspaces.client_of(work.workspace_id)
        client.expect_post(work.posts_in)
        if self._streaming.suits(work):
            return StreamingSurface(client, work, self._signs, self._guises, self._streaming)
        return SlackSurface(client, work, self._signs, self._guises, self._updates, self._posts)

    async def sees(self, asker: Asker, rooms: Sequence[Room]) -> frozenset[Room]:
        """Those of the rooms that a person may read. Raises PlatformTrouble."""
        return await seeing.seen(self._workspaces.client_of(asker.workspace_id), asker, rooms)

    async def connect(self, parts: Parts) -> None:
        """Open the socket and the doors; events flow from now on. Raises PlatformTrouble."""
        app, self._catch_up, heard = self._app(parts)
        await self._catch_up.prepare()
        if self._settings.slack_app_token.get_secret_value():
            await self._open_socket(app, self._catch_up, heard)
        signing_secret = self._settings.slack_signing_secret.get_secret_value()
        if signing_secret:
            self._handlers |= dict.fromkeys(http.PATHS, http.Requests(app, signing_secret).serve)
        self._doors.open(self._handlers)
        self._catch_up.begin()
        log.info("slack.connected", socket=self._handler is not None, http=bool(signing_secret))

    async def _open_socket(self, app: AsyncApp, catch_up: CatchUp, heard: Heard) -> None:
        token = self._settings.slack_app_token.get_secret_value()
        self._handler = Sockets(app, token, self._client(None), PING_S, heard)
        if web.bypasses_proxy(self._settings.slack_api_url):
            self._handler.client.proxy = None
        self._handler.client.message_listeners.append(catch_up.heed)
        # `connect` alone would try again for ever with a token that is refused.
        self._handler.client.wss_uri = await web.call(self._handler.client.issue_new_wss_url())
        await web.call(self._handler.client.connect())

    async def connected(self) -> bool:
        """Over HTTP alone there is nothing that could be cut."""
        return self._handler is None or await self._handler.client.is_connected()

    async def close(self) -> None:
        self._doors.shut()
        if self._handler is not None:
            await self._handler.client.close()
        if self._catch_up is not None:
            await self._catch_up.close()
        if self._backfill is not None:
            await self._backfill.close()
        await self._signs.close()
        await self._tallies.close()
        if self._connections is not None:
            await self._connections.close()

    def _client(self, token: str | None) -> LimitedClient:
        return web.client(token, self._settings.slack_api_url, self._connections, self._limits)

    def _app(self, parts: Parts) -> tuple[AsyncApp, CatchUp, Heard]:
        # The app reads SLACK_BOT_TOKEN by itself, and warns that it will not use it.
        logging.getLogger("slack_bolt.AsyncApp").addFilter(lambda record: "`token` will be unused" not in record.msg)
        app = AsyncApp(
            client=self._client(None),
            authorize=self._authorizer(),
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        rights, groups = Rights(self._workspaces.client_of), Groups(self._workspaces.client_of)
        people, naming = People(rights, groups, parts.workspace), Naming(self._workspaces.client_of, groups)
        overheard = Overheard()
        self._backfill = Backfill(self._settings.history_messages, overheard)
        home = Home(parts.usage, parts.personas, parts.workspace, people)
        stopping = Stopping(parts.control, rights, self._signs)
        membership = Membership(parts.inbox, groups)
        hearing = Hearing(parts.inbox, overheard, self._backfill, self._downloads, stopping, home, membership)
        heard = self._hearer(hearing)
        app.use(self._keeper(heard, Removal(self._workspaces, parts.control, overheard)))
        explanations = Explanations(parts.inspection, people)
        explanations.listen(app)
        administration.forms(parts, people, groups, naming, self._downloads, explanations, home, overheard).listen(app)
        Shortcuts(self._workspaces, hearing).listen(app)
        buttons.listen(app, parts.control, rights)
        tool_buttons.listen(app, parts.approvals, people)
        return app, CatchUp(parts.inbox, self._workspaces, hearing, self._settings.catch_up_s), heard

    def _authorizer(self) -> Any:
        """Who Parley is in a workspace, without asking Slack for each request; no token is handed to Bolt."""

        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
            presence = await self._workspaces.presence(team_id or "", enterprise_id or "")
            bot_id, user_id = (presence.own.bot_id, presence.own.user_id) if presence else (None, None)
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_id=bot_id, bot_user_id=user_id)

        return authorize

    def _hearer(self, hearing: Hearing) -> Heard:
        """Hears of the event that a request brings, in its workspace."""

        async def heard(body: dict[str, Any]) -> None:
            team_id = team_of(body)
            presence = await self._workspaces.presence(team_id, extract_enterprise_id(body) or "")
            if presence is None:
                log.info("slack.not_installed", team=team_id)
                return
            await hearing.hear(body.get("event"), team_id or presence.own.team_id, presence)

        return heard

    def _keeper(self, heard: Heard, removal: Removal) -> Any:
        """Middleware that keeps what was said before Slack is told that it arrived.

        What it raises is not acknowledged, so Slack delivers it again. Every other event is acknowledged and left.
        Every other request goes on with its workspace's client; one of an organisation may not name the workspace.
        """

        async def keep(body: dict[str, Any], context: Any, next: Any) -> BoltResponse | None:  # noqa: A002
            team_id, organisation_id = team_of(body) or context.team_id or "", context.enterprise_id or ""
            whole = bool(context.is_enterprise_install)
            if await removal.hear(body, team_id, organisation_id, whole=whole):
                return BoltResponse(status=200)
            if body.get("type") == "event_callback":
                await heard(body)
                return BoltResponse(status=200)
            if isinstance(body.get("user"), dict):
                found = await self._belonging.of(body, organisation_id)
                team_id, presence = found or (team_id, None)
            else:
                presence = await self._workspaces.presence(team_id, organisation_id)
            if presence is None:
                log.info("slack.not_installed", team=team_id)
                return BoltResponse(status=200, body=texts.NOT_INSTALLED if body.get("command") else "")
            body["team"] = {"id": team_id}
            context["client"] = presence.client
            await next()
            return None

        return keep


def team_of(body: dict[str, Any]) -> str:
    """The workspace that an event was authorised for, which in shared channels is not the sender's."""
    authorizations = body.get("authorizations") or [{}]
    return str(authorizations[0].get("team_id") or body.get("team_id") or "")
