"""Who looks at the admin page: every browser has a random cookie, and is let in when it has shown the token."""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from bots.admin.seal import Seal
from core.moments import Now
from storage import admin_sessions
from storage.database import Database

PREFIX = "/admin"
COOKIE, KNOWN = "parley_admin", "parley_admin_known"
SESSION = timedelta(hours=8)
REMEMBERED = timedelta(days=365)
VISIT = re.compile(r"[\w-]{22,43}(\.[0-9a-f]{64})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a request's cookies say: the random id of its browser, and whether that is let in."""

    id: str
    inside: bool


VISITING = web.RequestKey("visit", Visit)


class Visits:
    def __init__(self, database: Database, seal: Seal, now: Now) -> None:
        self._database = database
        self._seal = seal
        self._now = now

    async def of(self, request: web.Request) -> Visit:
        """A browser without a cookie is given one; the database is asked only about those that were let in once."""
        id_ = request.cookies.get(COOKIE, "")
        if not VISIT.fullmatch(id_):
            return Visit(secrets.token_urlsafe(32), inside=False)
        if not self._seal.name_in(id_):
            return Visit(id_, inside=False)
        return Visit(id_, await self._database.run(admin_sessions.holds, self._seal.digest(id_), self._now()))

    async def begin(self, request: web.Request, response: web.Response) -> None:
        """Let the browser in, under an id that it did not have before, and know it again from now on."""
        id_, now = self._seal.mark(), self._now()
        await self._database.run(admin_sessions.begin, self._seal.digest(id_), now, now + SESSION)
        give(request, response, COOKIE, id_, SESSION)
        give(request, response, KNOWN, self._seal.mark(), REMEMBERED)

    async def end(self, request: web.Request, response: web.Response) -> None:
        await self._database.run(admin_sessions.end, self._seal.digest(request[VISITING].id))
        response.del_cookie(COOKIE, path=PREFIX)


def give(request: web.Request, response: web.StreamResponse, name: str, value: str, lasts: timedelta) -> None:
    """Set a cookie that no script reads and no other page's request brings."""
    response.set_cookie(
        name,
        value,
        max_age=int(lasts.total_seconds()),
        path=PREFIX,
        httponly=True,
        samesite="Strict",
        secure=is_secure(request),
    )


def is_secure(request: web.Request) -> bool:
    """Whether the browser speaks HTTPS, to Parley or to a proxy before it."""
    return request.secure or request.headers.get("X-Forwarded-Proto") == "https"
