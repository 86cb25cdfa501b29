"""Requests to the app's own address, signed, as Slack sends them to an app without Socket Mode.

docs.slack.dev/apis/events-api/using-http-request-urls, docs.slack.dev/authentication/verifying-requests-from-slack,
docs.slack.dev/interactivity/handling-user-interaction: events are JSON, commands a form, interactions JSON in a form.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bots.playground.slack.feed import dumps
from bots.playground.slack.rules import Rules

Json = dict[str, Any]

REDIRECTS = 2
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app answered; `failure` says, in Slack's words, why it counts as unanswered."""

    payload: Json = field(default_factory=dict)
    failure: str = ""
    is_final: bool = False


@dataclass(slots=True)
class RequestUrl:
    """The app's address, which the rules name; without one there is only Socket Mode."""

    rules: Callable[[], Rules]
    _connections: aiohttp.ClientSession | None = None

    @property
    def is_set(self) -> bool:
        return bool(self.rules().request_url)

    async def post(self, kind: str, payload: Json, attempt: int = 0, reason: str = "") -> Answer:
        """Send one request and wait for its answer, for as long as Slack would.

        docs.slack.dev/apis/events-api#retries: any 2xx acknowledges an event, 200 alone an interaction or a command;
        two redirects are followed.
        """
        body, content_type = written(kind, payload)
        headers = {"Content-Type": content_type, **signed(body, self.rules().signing_secret, int(time.time()))}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        if self._connections is None:
            self._connections = aiohttp.ClientSession()
        timeout = aiohttp.ClientTimeout(total=self.rules().ack_deadline_s)
        try:
            async with self._connections.post(
                self.rules().request_url, data=body, headers=headers, timeout=timeout, max_redirects=REDIRECTS + 1
            ) as answer:
                text = await answer.text(errors="replace")
                is_final = answer.headers.get("X-Slack-No-Retry") == "1"
                is_taken = answer.status == 200 or (kind == "events_api" and 200 <= answer.status < 300)
                return Answer(_read(text), "" if is_taken else "http_error", is_final)
        except TimeoutError:
            return Answer(failure="http_timeout")
        except aiohttp.TooManyRedirects:
            return Answer(failure="too_many_redirects")
        except aiohttp.ClientError:
            return Answer(failure="connection_failed")

    async def close(self) -> None:
        if self._connections is not None:
            await self._connections.close()


def written(kind: str, payload: Json) -> tuple[bytes, str]:
    """The body of a request and its type."""
    match kind:
        case "events_api":
            return dumps(payload).encode(), "application/json"
        case "slash_commands":
            return urlencode(payload).encode(), FORM
    return urlencode({"payload": dumps(payload)}).encode(), FORM


def signed(body: bytes, secret: str, timestamp: int) -> dict[str, str]:
    """The headers that say that Slack sent this body at this time."""
    digest = hmac.new(secret.encode(), b"v0:%d:%b" % (timestamp, body), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


def _read(text: str) -> Json:
    """An answer's payload; what is no JSON object is a text to show."""
    try:
        decoded = json.loads(text) if text else {}
    except ValueError:
        return {"text": text}
    return decoded if isinstance(decoded, dict) else {}
