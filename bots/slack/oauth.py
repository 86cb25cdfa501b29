"""Installing Parley in a workspace, to Slack and back: docs.slack.dev/authentication/installing-with-oauth"""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urljoin

import structlog
from aiohttp import web as http
from slack_sdk.web.async_client import AsyncWebClient

from bots.doors import Handler
from bots.slack import pages, scopes, web
from bots.slack.installations import Installations
from bots.slack.rotation import access, tokens_of
from core.errors import PlatformTrouble
from core.moments import utc_now
from storage import installations
from storage.database import Database
from storage.installations import Installed

log = structlog.get_logger()

COOKIE = "parley_install"
PATIENCE = timedelta(minutes=10)


class OAuth:
    """`client` has no token: the app's id and secret speak for it."""

    def __init__(
        self,
        database: Database,
        client: AsyncWebClient,
        id_and_secret: tuple[str, str],
        kept: Installations,
    ) -> None:
        self._database = database
        self._client = client
        self._id_and_secret = id_and_secret
        self._kept = kept

    @property
    def handlers(self) -> dict[str, Handler]:
        return {"/slack/install": self.install, "/slack/oauth_redirect": self.come_back}

    async def install(self, request: http.Request) -> http.StreamResponse:
        """Send somebody to Slack, with a state that they and nobody else come back with."""
        only_get(request)
        state, at = secrets.token_urlsafe(32), utc_now()
        await self._database.run(installations.expect, digest(state), at, at + PATIENCE)
        asked = {
            "client_id": self._id_and_secret[0],
            "scope": ",".join(scopes.every()),
            "user_scope": "",
            "state": state,
        }
        address = f"{urljoin(self._client.base_url, '../oauth/v2/authorize')}?{urlencode(asked)}"
        answer = http.Response(status=302, headers={"Location": address, "Cache-Control": "no-store"})
        is_secure = request.secure or request.headers.get("X-Forwarded-Proto") == "https"
        answer.set_cookie(
            COOKIE,
            state,
            max_age=int(PATIENCE.total_seconds()),
            path="/slack",
            httponly=True,
            samesite="Lax",
            secure=is_secure,
        )
        return answer

    async def come_back(self, request: http.Request) -> http.StreamResponse:
        """Somebody is back from Slack: with a code, or without one because they refused."""
        only_get(request)
        answer = await self._result(request)
        answer.del_cookie(COOKIE, path="/slack")
        return answer

    async def _result(self, request: http.Request) -> http.Response:
        state = request.query.get("state", "")
        if not hmac.compare_digest(digest(state), digest(request.cookies.get(COOKIE, ""))):
            return pages.out_of_date()
        if not await self._database.run(installations.expected, digest(state), utc_now()):
            return pages.out_of_date()
        if request.query.get("error") == "access_denied":
            return pages.refused()
        if not request.query.get("code"):
            return pages.failed()
        try:
            return await self._exchange(request.query["code"])
        except PlatformTrouble as trouble:
            log.warning("slack.not_installed", code=trouble.code)
            return pages.failed()

    async def _exchange(self, code: str) -> http.Response:
        answer = await access(self._client, self._id_and_secret, {"code": code})
        installed = await self._installed(answer)
        await self._kept.keep(installed)
        for scope in set(scopes.NEEDED) - set(installed.scopes.split(",")):
            log.warning("slack.scope_missing", workspace=installed.platform_id, scope=scope)
        where = {"app": answer.get("app_id") or "", "team": (answer.get("team") or {}).get("id") or ""}
        address = f"https://slack.com/app_redirect?{urlencode({name: id_ for name, id_ in where.items() if id_})}"
        return pages.installed(installed.name or "your workspace", address)

    async def _installed(self, answer: Any) -> Installed:
        """docs.slack.dev/reference/methods/oauth.v2.access; which bot it is, only `auth.test` tells."""
        whole = bool(answer.get("is_enterprise_install"))
        place = answer.get("enterprise" if whole else "team") or {}
        tokens = tokens_of(answer, utc_now())
        own = await web.call(self._client.auth_test(token=tokens.token))
        return Installed(
            platform_id=str(place.get("id") or own.get("enterprise_id" if whole else "team_id")),
            name=str(place.get("name") or ""),
            bot_id=str(own.get("bot_id") or ""),
            bot_user_id=str(answer.get("bot_user_id") or own["user_id"]),
            tokens=tokens,
            scopes=str(answer.get("scope") or ""),
            installed_by=str((answer.get("authed_user") or {}).get("id") or ""),
            installed_at=utc_now(),
        )


def only_get(request: http.Request) -> None:
    if request.method != "GET":
        raise http.HTTPMethodNotAllowed(request.method, ["GET"])


def digest(state: str) -> str:
    """What is kept of a state: whoever reads the database cannot come back with it."""
    return hashlib.sha256(state.encode(errors="replace")).hexdigest()
