"""Socket Mode, with a short way for what people write: each answer of Parley's own comes back as such events, too.

Bolt looks at each request with all of its middleware, which takes longer than hearing a message does. Everything else
goes through Bolt, and so does what comes over HTTP.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

SHORT = frozenset({"message", "app_mention"})

Heard = Callable[[dict[str, Any]], Awaitable[None]]


class Sockets(AsyncSocketModeHandler):
    """`heard` is given each message's whole request; what it raises is logged and not acknowledged, so Slack delivers
    it again."""

    def __init__(self, app: AsyncApp, token: str, web_client: AsyncWebClient, ping_s: float, heard: Heard) -> None:
        super().__init__(app, token, web_client=web_client, ping_interval=ping_s)
        self._heard = heard
        self._try_each_address_once()

    def _try_each_address_once(self) -> None:
        """An address is a temporary one (docs.slack.dev/reference/methods/apps.connections.open), and the SDK would try
        one that has failed for ever."""

        async def forget(*_: Any) -> None:
            self.client.wss_uri = None

        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(forget)
        trace.freeze()
        self.client.aiohttp_client_session.trace_configs.append(trace)

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        if req.type != "events_api" or not is_message(req.payload):
            await super().handle(client, req)
            return
        await self._heard(req.payload)
        await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))


def is_message(payload: Any) -> bool:
    """Whether a request tells of a message."""
    event = payload.get("event") if isinstance(payload, dict) else None
    return isinstance(event, dict) and event.get("type") in SHORT
