"""Tokens that expire: refreshed in good time, and by one process alone.

docs.slack.dev/authentication/using-token-rotation: a token lives for twelve hours, and its refresh token works once.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import web
from core.errors import Kind, PlatformTrouble
from core.moments import Now
from storage import installations
from storage.database import Database
from storage.encrypted import Vault
from storage.installations import Installed, Tokens

log = structlog.get_logger()

EARLY = timedelta(hours=2)
LEASE = timedelta(seconds=30)
LOOK_AGAIN_S = 0.1


class Rotation:
    """`client` has no token: the app's id and secret speak for it."""

    def __init__(
        self, database: Database, vault: Vault, client: AsyncWebClient, id_and_secret: tuple[str, str], now: Now
    ) -> None:
        self._database = database
        self._vault = vault
        self._client = client
        self._id_and_secret = id_and_secret
        self._now = now

    async def current(self, installed: Installed) -> Installed:
        """The installation with a token that is good for a while. Raises PlatformTrouble.

        Whoever does not get to refresh goes on with the old token while it lasts, and then waits for the new one.
        """
        while self._is_due(installed):
            if not await self._is_mine(installed):
                if not self._is_over(installed):
                    return installed
                await asyncio.sleep(LOOK_AGAIN_S)
            elif not await self._refreshed(installed):
                return installed
            found = await self._database.run(installations.find, self._vault, installed.platform_id)
            if found is None:
                raise PlatformTrouble(Kind.DENIED, "not_installed")
            installed = found
        return installed

    def _is_due(self, installed: Installed) -> bool:
        expires_at = installed.tokens.expires_at
        return expires_at is not None and expires_at - self._now() < EARLY

    def _is_over(self, installed: Installed) -> bool:
        expires_at = installed.tokens.expires_at
        return expires_at is not None and expires_at <= self._now()

    async def _is_mine(self, installed: Installed) -> bool:
        at = self._now()
        return await self._database.run(
            installations.lease, installed.platform_id, installed.tokens.expires_at or at, at, at + LEASE
        )

    async def _refreshed(self, installed: Installed) -> bool:
        """False when it failed and the old token lasts; until the lease ends, nobody tries again."""
        try:
            asked = {"grant_type": "refresh_token", "refresh_token": installed.tokens.refresh_token}
            answer = await access(self._client, self._id_and_secret, asked)
        except PlatformTrouble as trouble:
            log.warning("slack.token_not_refreshed", workspace=installed.platform_id, code=trouble.code)
            if self._is_over(installed):
                raise
            return False
        tokens = tokens_of(answer, self._now())
        await self._database.run(installations.renew, self._vault, installed.platform_id, tokens)
        log.info("slack.token_refreshed", workspace=installed.platform_id)
        return True


async def access(client: AsyncWebClient, id_and_secret: tuple[str, str], asked: dict[str, str]) -> Any:
    """docs.slack.dev/reference/methods/oauth.v2.access, for a code or a refresh token. Raises PlatformTrouble."""
    headers = {"Authorization": aiohttp.encode_basic_auth(*id_and_secret)}
    return await web.call(client.api_call("oauth.v2.access", data=asked, headers=headers))


def tokens_of(answer: Any, at: datetime) -> Tokens:
    """The bot's tokens in an answer of docs.slack.dev/reference/methods/oauth.v2.access."""
    lifetime_s = answer.get("expires_in")
    return Tokens(
        token=str(answer["access_token"]),
        refresh_token=str(answer.get("refresh_token") or ""),
        expires_at=at + timedelta(seconds=int(lifetime_s)) if lifetime_s else None,
    )
