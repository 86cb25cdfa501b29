"""Slack's Web API: one pool of connections, and what its errors mean."""

import re
from collections.abc import Awaitable
from typing import Any
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

import aiohttp
import yarl
from slack_sdk.errors import SlackApiError, SlackClientError

from bots.slack.limits import LimitedClient, Limits
from core.errors import Kind, PlatformTrouble

CALL_S = 20.0
METHOD = re.compile(r"[a-z][A-Za-z]*(\.[A-Za-z]+){1,3}")

# docs.slack.dev/reference/methods: the errors of the methods that are called here, and so what is done about them.
KINDS = {
    **dict.fromkeys(
        ("ratelimited", "rate_limited", "message_limit_exceeded", "accesslimited", "team_quota_exceeded"), Kind.LIMITED
    ),
    **dict.fromkeys(
        ("message_not_found", "thread_not_found", "channel_not_found", "user_not_found", "file_not_found"), Kind.MISSING
    ),
    **dict.fromkeys(
        (
            "not_in_channel",
            "is_archived",
            "restricted_action",
            "restricted_action_read_only_channel",
            "restricted_action_thread_only_channel",
            "restricted_action_thread_locked",
            "restricted_action_non_threadable_channel",
            "cannot_reply_to_message",
            "cant_update_message",
            "cant_delete_message",
            "edit_window_closed",
            "ekm_access_denied",
            "team_access_not_granted",
            "access_denied",
            "no_permission",
            "missing_scope",
            "not_allowed_token_type",
            "not_authorized",
            "not_authed",
            "invalid_auth",
            "account_inactive",
            "token_revoked",
            "token_expired",
            "org_login_required",
            "two_factor_setup_required",
        ),
        Kind.DENIED,
    ),
    **dict.fromkeys(
        (
            "msg_too_long",
            "msg_blocks_too_long",
            "invalid_blocks",
            "invalid_blocks_format",
            "invalid_arguments",
            "invalid_thread_ts",
            "metadata_too_large",
            "no_text",
            "unknown_method",
            "method_deprecated",
            "feature_not_enabled",
        ),
        Kind.INVALID,
    ),
    **dict.fromkeys(("streaming_state_conflict", "message_not_in_streaming_state", "stopped_by_user"), Kind.CONFLICT),
    **dict.fromkeys(
        ("internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"), Kind.TRANSIENT
    ),
}


def session(trace: aiohttp.TraceConfig | None = None) -> aiohttp.ClientSession:
    """The connections to Slack; the SDK opens a new one for each call when it is given none."""
    traces = [trace] if trace else None
    connections = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_S), trace_configs=traces)
    # A read whose connection breaks off would be sent again uncounted; `LimitedClient` does so instead.
    connections._retry_connection = False  # noqa: SLF001
    return connections


def name_of(_method: str, url: yarl.URL) -> str:
    """The method of the Web API that an address stands for, such as `chat.update`; `other` for every other address."""
    return url.name if METHOD.fullmatch(url.name) and url.parent.name == "api" else "other"


def client(
    token: str | None, api_url: str, connections: aiohttp.ClientSession | None, limits: Limits | None = None
) -> LimitedClient:
    """A client that never retries by itself: what is tried again, and when, is decided where the text is newest."""
    web_client = LimitedClient(token, limits, base_url=api_url, session=connections)
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
    except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError, AttributeError) as error:
        # The SDK takes whatever comes as plain text, such as a proxy's excuse, for an object.
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
