"""Slack's requests over HTTP: whatever is not whole and signed by Slack ends here, and never as a fault of Parley's.

The signature (docs.slack.dev/authentication/verifying-requests-from-slack) is checked before anything is parsed; Bolt
would parse first, fail on what cannot be parsed, and log the text of what is not signed.
"""

import json
import re
from typing import Any
from urllib.parse import parse_qs

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

log = structlog.get_logger()

TIMESTAMP = re.compile(r"[0-9]{1,12}")
SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
# docs.slack.dev/interactivity/implementing-slash-commands
COMMAND = ("command", "text", "user_id", "team_id", "channel_id", "response_url", "trigger_id")
PATHS = ("/slack/events", "/slack/commands", "/slack/interactive")


class Requests:
    """Answers Slack's events, commands and interactions; each of the paths takes all of them."""

    def __init__(self, app: AsyncApp, signing_secret: str) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Raises HTTPException: 400, 401, 405 or 413."""
        if request.method != "POST":
            raise web.HTTPMethodNotAllowed(request.method, ["POST"])
        text = decoded(await request.read())
        if is_ssl_check(request, text):
            return web.Response()
        if not self._is_signed(request, text):
            log.info("slack.request_refused", path=request.path, reason="signature")
            raise web.HTTPUnauthorized
        return await to_aiohttp_response(await self._app.async_dispatch(parsed(request, text)))

    def _is_signed(self, request: web.Request, text: str) -> bool:
        """Signed by Slack within the last five minutes."""
        timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not TIMESTAMP.fullmatch(timestamp) or not SIGNATURE.fullmatch(signature):
            return False
        return self._verifier.is_valid(text, timestamp, signature)


def decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise web.HTTPBadRequest(text="The body is not UTF-8.") from None


def is_ssl_check(request: web.Request, text: str) -> bool:
    """docs.slack.dev/interactivity/implementing-slash-commands: Slack tries the certificate, unsigned."""
    return "json" not in request.content_type and parse_qs(text).get("ssl_check") == ["1"]


def parsed(request: web.Request, text: str) -> AsyncBoltRequest:
    """The request as Bolt takes it from a socket, parsed. Raises HTTPBadRequest for what is none of Slack's.

    Bolt's own parsing of a form takes a command with the word "payload" in its text for an empty one.
    """
    try:
        body = body_of(request, text)
        if not is_whole(body):
            raise ValueError
        return AsyncBoltRequest(body=body, headers=dict(request.headers), mode="socket_mode")
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        raise web.HTTPBadRequest(text="The body is not a request of Slack's.") from None


def body_of(request: web.Request, text: str) -> Any:
    """What was sent: JSON, a form with JSON in it (an interaction), or a form (a command)."""
    if request.content_type == "application/json":
        return json.loads(text)
    form = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
    return json.loads(form["payload"]) if "payload" in form else form


def is_whole(body: Any) -> bool:
    """Whether a body has the parts that what it says to be must have."""
    if not isinstance(body, dict):
        return False
    if body.get("command"):
        return all(isinstance(body.get(name), str) for name in COMMAND)
    kind = body.get("type")
    if kind == "url_verification":
        return isinstance(body.get("challenge"), str)
    if kind == "event_callback":
        return isinstance(body.get("event"), dict) and _are_objects(body.get("authorizations") or [])
    if kind == "block_actions" and not (body.get("actions") and _are_objects(body["actions"])):
        return False
    if kind in ("view_submission", "view_closed") and not body.get("view"):
        return False
    parts = (body.get(name) for name in ("user", "view", "channel", "message", "container", "team"))
    return isinstance(kind, str) and all(part is None or isinstance(part, dict) for part in parts)


def _are_objects(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(one, dict) for one in given)
