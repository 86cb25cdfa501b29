"""Parley as Slack reaches it over HTTP, and requests as Slack, or somebody else, would send them."""

import io
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bots import health
from bots.doors import Doors
from bots.playground.slack.request_urls import signed
from bots.readiness import Found
from bots.service import serving
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model
from tests.journeys.settings import settings_with
from tests.journeys.slack.workspace import Workspace

SECRET = "playground-signing-secret"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


def settings_over_http(workspace: Workspace, model: Model, folder: Path, **more: str) -> Settings:
    """What is set where Slack sends its events over HTTP."""
    return settings_with(
        model,
        folder,
        SLACK_BOT_TOKEN="xoxb-playground",
        SLACK_SIGNING_SECRET=SECRET,
        SLACK_API_URL=f"{workspace.url}/api/",
        PORT=0,
        **more,
    )


@asynccontextmanager
async def parley_over_http(settings: Settings, *, started: bool = True) -> AsyncIterator[str]:
    """A running Parley and the address of its HTTP server, as `parley run` puts them together."""
    doors = Doors()

    async def look() -> dict[str, Found]:
        return {"started": Found(why="" if started else "starting")}

    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(health.answering(0, look, doors))
        if started:
            await stack.enter_async_context(serving(settings, frozenset({Platform.SLACK}), doors))
        yield f"http://127.0.0.1:{port}"


class Sender:
    """Sends requests to one address."""

    def __init__(self, connections: aiohttp.ClientSession, url: str) -> None:
        self._connections = connections
        self.url = url

    async def send(
        self, body: bytes | str, headers: dict[str, str], path: str = "/slack/events", method: str = "POST"
    ) -> tuple[int, str]:
        """The status and the text of the answer."""
        given = body.encode() if isinstance(body, str) else body
        async with self._connections.request(
            method, self.url + path, data=io.BytesIO(given), headers=headers
        ) as answer:
            return answer.status, await answer.text()

    async def send_signed(
        self, body: bytes, kind: dict[str, str], path: str = "/slack/events", *, age_s: int = 0, **more: str
    ) -> tuple[int, str]:
        return await self.send(body, kind | signed(body, SECRET, int(time.time()) - age_s) | more, path)

    async def send_json(self, body: Any, **how: Any) -> tuple[int, str]:
        return await self.send_signed(json.dumps(body).encode(), JSON, **how)

    async def send_form(self, path: str = "/slack/events", **fields: str) -> tuple[int, str]:
        return await self.send_signed(urlencode(fields).encode(), FORM, path)


def event_callback(event: Any, **more: Any) -> dict[str, Any]:
    """The envelope of an event: docs.slack.dev/apis/events-api"""
    return {
        "token": "verification",
        "team_id": "T0PARLEY00",
        "api_app_id": "A0PARLEY01",
        "event": event,
        "type": "event_callback",
        "event_id": "Ev0001",
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": "T0PARLEY00",
                "user_id": "U0PARLEY01",
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        **more,
    }


def asking(ts: str, text: str = "<@U0PARLEY01> hello") -> dict[str, Any]:
    return {"type": "app_mention", "user": "U0ANN00001", "text": text, "ts": ts, "channel": "C0GENERAL1"}
