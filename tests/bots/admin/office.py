"""The admin page as it is served, and somebody who uses it over HTTP."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape

import aiohttp
from aiohttp import web
from pydantic import SecretStr

from bots.admin.app import create_app
from bots.admin.visits import COOKIE
from bots.playground.serving import serving
from bots.readiness import Found
from core import settings
from storage.database import Database

TOKEN = "a token that nobody can guess 1"
FORM = re.compile(r'name="form" value="([0-9a-f]*)"')
PARTS = {
    "started": Found(),
    "database": Found(ms=1.4),
    "slack": Found(ms=0.2),
    "discord": Found(ms=0.3),
    "model": Found(ms=180.0, needed=False),
}


@dataclass(slots=True)
class Clock:
    """Stands still, but for what is added."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, span: timedelta) -> None:
        self.now += span


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str
    headers: Mapping[str, str]


class Browser:
    """Keeps cookies, and sends forms as the page has made them."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    @property
    def cookie(self) -> str:
        """By which the page knows the browser."""
        return next((one.value for one in self._session.cookie_jar if one.key == COOKIE), "")

    async def get(self, path: str, *, follow: bool = True, base: str = "", **headers: str) -> Answer:
        url = f"{base or self._url}{path}"
        async with self._session.get(url, headers=headers, allow_redirects=follow) as answer:
            return Answer(answer.status, await answer.text(), answer.headers)

    async def post(self, path: str, *, follow: bool = True, headers: Mapping[str, str] = {}, **form: str) -> Answer:
        posting = self._session.post(f"{self._url}{path}", data=form, headers=headers, allow_redirects=follow)
        async with posting as answer:
            return Answer(answer.status, await answer.text(), answer.headers)

    async def form(self, path: str = "/admin/") -> str:
        """What a form on that page brings along."""
        found = FORM.search((await self.get(path)).text)
        return found[1] if found else ""

    async def log_in(self, token: str = TOKEN) -> Answer:
        return await self.post("/admin/login", token=token, form=await self.form("/admin/login"))


@dataclass(frozen=True, slots=True)
class Office:
    url: str
    clock: Clock

    @asynccontextmanager
    async def browser(self, *, inside: bool = True) -> AsyncIterator[Browser]:
        # A server on an address without a name sets cookies, too.
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar) as session:
            browser = Browser(session, self.url)
            if inside:
                assert (await browser.log_in()).status == 200
            yield browser


@asynccontextmanager
async def administering(database: Database, token: str = TOKEN) -> AsyncIterator[Office]:
    clock = Clock()
    whole = web.Application()
    loaded = settings.load(None).model_copy(update={"admin_token": SecretStr(token)})
    whole.add_subapp("/admin", create_app(loaded, database, _look, clock))
    async with serving(whole) as url:
        yield Office(url, clock)


async def _look() -> dict[str, Found]:
    return PARTS


def seen(text: str) -> str:
    """What of a page people see as text."""
    return unescape(re.sub(r"<[^>]*>", " ", text))
