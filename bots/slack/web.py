"""Slack's Web API: one pool of connections, and what its errors mean."""

from collections.abc import Awaitable
from typing import Any
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from core.errors import Kind, PlatformTrouble

CALL_S = 20.0

# docs.slack.dev/reference/methods: the errors of chat.postMessage, chat.update and conversations.*
KINDS = {
    "ratelimited": Kind.LIMITED,
    "rate_limited": Kind.LIMITED,
    "message_limit_exceeded": Kind.LIMITED,
    "message_not_found": Kind.MISSING,
    "thread_not_found": Kind.MISSING,
    "channel_not_found": Kind.MISSING,
    "user_not_found": Kind.MISSING,
    "cant_update_message": Kind.DENIED,
    "edit_window_closed": Kind.DENIED,
    "not_in_channel": Kind.DENIED,
    "is_archived": Kind.DENIED,
    "restricted_action": Kind.DENIED,
    "missing_scope": Kind.DENIED,
    "not_allowed_token_type": Kind.DENIED,
    "not_authed": Kind.DENIED,
    "invalid_auth": Kind.DENIED,
    "account_inactive": Kind.DENIED,
    "token_revoked": Kind.DENIED,
    "msg_too_long": Kind.INVALID,
    "msg_blocks_too_long": Kind.INVALID,
    "invalid_blocks": Kind.INVALID,
    "no_text": Kind.INVALID,
    "streaming_state_conflict": Kind.CONFLICT,
    "internal_error": Kind.TRANSIENT,
    "fatal_error": Kind.TRANSIENT,
    "service_unavailable": Kind.TRANSIENT,
    "request_timeout": Kind.TRANSIENT,
}


def session() -> aiohttp.ClientSession:
    """The connections to Slack; the SDK opens a new one for each call when it is given none."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_S))


def client(token: str | None, api_url: str, connections: aiohttp.ClientSession | None) -> AsyncWebClient:
    """A client that never retries by itself: what is tried again, and when, is decided where the text is newest."""
    web_client = AsyncWebClient(token, base_url=api_url, session=connections, retry_handlers=[])
    if bypasses_proxy(api_url):
        web_client.proxy = None
    return web_client


def bypasses_proxy(url: str) -> bool:
    """The SDK takes HTTPS_PROXY from the environment but knows no NO_PROXY."""
    host = urlsplit(url).hostname or ""
    return host in ("127.0.0.1", "localhost", "::1") or bool(proxy_bypass(host))


async def call(answer: Awaitable[Any]) -> Any:
    """Await a Web API call. Raises PlatformTrouble in place of the SDK's and the connection's errors."""
    try:
        return await answer
    except SlackApiError as error:
        raise trouble_of(error) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise PlatformTrouble(Kind.TRANSIENT, type(error).__name__) from error


def trouble_of(error: SlackApiError) -> PlatformTrouble:
    """Classify what Slack answered."""
    response = error.response
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    status = getattr(response, "status_code", None) or getattr(response, "status", 0)
    if code is None:
        kind = Kind.LIMITED if status == 429 else Kind.TRANSIENT
        return PlatformTrouble(kind, f"http_{status}", retry_after_s=retry_after_s(response))
    return PlatformTrouble(KINDS.get(code, Kind.UNKNOWN), str(code), retry_after_s=retry_after_s(response))


def retry_after_s(response: Any) -> float | None:
    """The seconds of Retry-After, which may be a fraction; None without it."""
    try:
        return float(response.headers["Retry-After"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
