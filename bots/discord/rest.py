"""Discord's REST API: where it is, and what its errors mean."""

import re
from collections.abc import Awaitable
from json import JSONDecodeError
from typing import TypeVar

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from core.errors import Kind, PlatformTrouble
from core.settings import Settings

T = TypeVar("T")

# discord.com/developers/docs/topics/opcodes-and-status-codes, "JSON Error Codes"
KINDS = {
    10003: Kind.MISSING,  # unknown channel
    10008: Kind.MISSING,  # unknown message
    10062: Kind.MISSING,  # unknown interaction
    20016: Kind.LIMITED,  # slow mode
    20028: Kind.LIMITED,  # writes in this channel
    30046: Kind.LIMITED,  # edits of an old message
    40060: Kind.CONFLICT,  # acknowledged already
    50001: Kind.DENIED,  # no access
    50005: Kind.MISSING,  # a message of somebody else, such as a webhook's: there is none of Parley's
    50006: Kind.INVALID,  # empty
    50007: Kind.DENIED,  # takes no direct messages
    50013: Kind.DENIED,  # no permission
    50027: Kind.DENIED,  # the interaction's token has run out
    50035: Kind.INVALID,  # invalid form
    50083: Kind.DENIED,  # the thread is archived
    160002: Kind.DENIED,  # no permission to read what is replied to
    160005: Kind.DENIED,  # the thread is locked
}
UNKNOWN_WEBHOOK = "10015"


# What addresses are made of, beside ids, tokens and emojis.
WORD = re.compile(
    "applications|bans|bot|callback|channels|commands|crosspost|emojis|gateway|guilds|interactions|members|messages|"
    "oauth2|permissions|pins|reactions|roles|threads|typing|users|webhooks|@me|@original"
)


def name_of(method: str, url: yarl.URL) -> str:
    """What an address of the API is about, such as `PATCH channels/messages`: nothing else of it may be told."""
    return f"{method} {'/'.join(part for part in url.parts if WORD.fullmatch(part)) or 'other'}"


def point_at(settings: Settings) -> None:
    """Let discord.py speak to the configured addresses; it keeps them in its classes, for the whole process."""
    Route.BASE = settings.discord_api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.discord_gateway_url)


async def call(answer: Awaitable[T]) -> T:
    """Await a call of discord.py. Raises PlatformTrouble in place of the library's and the connection's errors.

    A call is never cancelled and never given a time limit: in the library's waits for a rate limit that loses locks.
    """
    try:
        return await answer
    except discord.RateLimited as error:
        raise PlatformTrouble(Kind.LIMITED, "rate_limited", retry_after_s=error.retry_after) from error
    except discord.LoginFailure as error:
        raise PlatformTrouble(Kind.DENIED, "token_refused") from error
    except discord.GatewayNotFound as error:
        raise _gateway_trouble(error) from error
    except discord.HTTPException as error:
        raise trouble_of(error) from error
    except (KeyError, TypeError) as error:
        raise PlatformTrouble(Kind.UNKNOWN, "unreadable") from error
    except (aiohttp.ClientError, TimeoutError, OSError, JSONDecodeError) as error:
        raise PlatformTrouble(Kind.TRANSIENT, type(error).__name__) from error


def trouble_of(error: discord.HTTPException) -> PlatformTrouble:
    """Classify what Discord answered."""
    kind = KINDS.get(error.code) or _kind_of_status(error.status)
    code = str(error.code or f"http_{error.status}")
    return PlatformTrouble(kind, code, retry_after_s=_retry_after_s(error) if kind is Kind.LIMITED else None)


def _gateway_trouble(error: discord.GatewayNotFound) -> PlatformTrouble:
    cause = error.__cause__
    if isinstance(cause, discord.HTTPException):
        return trouble_of(cause)
    return PlatformTrouble(Kind.TRANSIENT, "gateway_not_found")


def _kind_of_status(status: int) -> Kind:
    match status:
        case 401 | 403:
            return Kind.DENIED
        case 404:
            return Kind.MISSING
        case 429:
            return Kind.LIMITED
        case 400 | 413:
            return Kind.INVALID
        case _:
            return Kind.TRANSIENT if status >= 500 else Kind.UNKNOWN


def _retry_after_s(error: discord.HTTPException) -> float | None:
    try:
        return float(error.response.headers["Retry-After"])
    except (KeyError, ValueError):
        return None
