"""Parley on Slack: the Bolt app, its Socket Mode connection, and what is done with each kind of request."""

import logging
from typing import Any

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import buttons, events, forms, web
from bots.slack.commands import Commands, command_of
from bots.slack.events import Self
from bots.slack.names import Names
from bots.slack.rights import Rights
from bots.slack.surface import SlackSurface
from core.control import Control
from core.inbox import Inbox
from core.personas import Personas
from core.settings import Settings
from core.surface import Surface
from storage.replies import Work

log = structlog.get_logger()

# A connection that was cut is noticed at the next ping.
PING_S = 3.0


class SlackBot:
    """One Slack workspace over Socket Mode."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connections: aiohttp.ClientSession | None = None
        self._handler: AsyncSocketModeHandler | None = None

    async def identify(self) -> None:
        """Ask Slack who the token belongs to. Raises PlatformTrouble."""
        self._connections = web.session()
        token = self._settings.slack_bot_token.get_secret_value()
        self._client = web.client(token, self._settings.slack_api_url, self._connections)
        self._names = Names(self._client)
        answer = await web.call(self._client.auth_test())
        self._own = Self(
            team_id=answer["team_id"],
            team_name=answer.get("team") or "",
            user_id=answer["user_id"],
            bot_id=answer.get("bot_id") or "",
        )
        log.info("slack.identified", team=self._own.team_id, user=self._own.user_id)

    def surface(self, work: Work) -> Surface:
        return SlackSurface(self._client, work)

    async def connect(self, inbox: Inbox, personas: Personas, control: Control) -> None:
        """Open the socket; events flow from now on. Raises PlatformTrouble."""
        app = self._app(inbox, personas, control)
        token = self._settings.slack_app_token.get_secret_value()
        self._handler = AsyncSocketModeHandler(app, token, web_client=self._client, ping_interval=PING_S)
        if web.bypasses_proxy(self._settings.slack_api_url):
            self._handler.client.proxy = None
        # `connect` alone would try again for ever with a token that is refused.
        self._handler.client.wss_uri = await web.call(self._handler.client.issue_new_wss_url())
        await web.call(self._handler.client.connect())
        log.info("slack.connected", team=self._own.team_id)

    async def connected(self) -> bool:
        return self._handler is not None and await self._handler.client.is_connected()

    async def close(self) -> None:
        if self._handler is not None:
            await self._handler.client.close()
        if self._connections is not None:
            await self._connections.close()

    def _app(self, inbox: Inbox, personas: Personas, control: Control) -> AsyncApp:
        # The app reads SLACK_BOT_TOKEN by itself, and warns that it will not use it.
        logging.getLogger("slack_bolt.AsyncApp").addFilter(lambda record: "`token` will be unused" not in record.msg)
        app = AsyncApp(
            client=web.client(None, self._settings.slack_api_url, self._connections),
            authorize=self._authorizer(),
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        app.use(self._keeper(inbox))
        rights = Rights(self._client)
        self._listen(app, Commands(personas, rights))
        buttons.listen(app, control, rights)
        return app

    def _authorizer(self) -> Any:
        """The one installation, without asking Slack again for each event."""

        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
            return AuthorizeResult(
                enterprise_id=enterprise_id,
                team_id=team_id,
                bot_id=self._own.bot_id,
                bot_user_id=self._own.user_id,
                bot_token=self._settings.slack_bot_token.get_secret_value(),
            )

        return authorize

    def _keeper(self, inbox: Inbox) -> Any:
        """Middleware that keeps what was said before Slack is told that it arrived.

        What it raises is not acknowledged, so Slack delivers it again. Every other event is acknowledged and left.
        """

        async def keep(body: dict[str, Any], next: Any) -> BoltResponse | None:  # noqa: A002
            if body.get("type") != "event_callback":
                await next()
                return None
            team_id = team_of(body) or self._own.team_id
            incoming = await events.incoming(body.get("event"), team_id, self._own, self._names)
            if incoming is not None:
                await inbox.take(incoming)
            return BoltResponse(status=200)

        return keep

    def _listen(self, app: AsyncApp, commands: Commands) -> None:
        async def command(ack: Any, body: dict[str, Any], respond: Any, client: AsyncWebClient) -> None:
            await ack()
            asked = command_of(body, body.get("text") or "", body["channel_id"], body.get("channel_name") or "")
            await forms.answer(await commands.run(asked), body, respond, client)

        app.command("/parley")(command)
        forms.listen(app, commands)


def team_of(body: dict[str, Any]) -> str:
    """The workspace that an event was authorised for, which in shared channels is not the sender's."""
    authorizations = body.get("authorizations") or [{}]
    return str(authorizations[0].get("team_id") or body.get("team_id") or "")
