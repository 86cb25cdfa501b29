import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bots.slack import web
from bots.slack.installations import Installations
from core.errors import Kind, PlatformTrouble
from storage import installations
from storage.database import Database
from storage.encrypted import Vault
from storage.installations import Installed, Tokens
from tests.journeys.slack.cloud import CLIENT_ID, CLIENT_SECRET, KEY, OFFICE, Town, town

LIFETIME_S = 43_200
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
async def there(connections: aiohttp.ClientSession) -> AsyncIterator[Town]:
    async with town(connections, LIFETIME_S) as made:
        yield made


@asynccontextmanager
async def processes(there: Town, folder: Path, clock: Clock, count: int = 2) -> AsyncIterator[list[Installations]]:
    """As many processes on one database, in which the office has installed Parley at noon."""
    vault, url = Vault([KEY]), f"sqlite:///{folder}/parley.db"
    code = there.cloud.grants.new_code(there.cloud.worlds[OFFICE], None)
    given = there.cloud.grants.access(CLIENT_ID, CLIENT_SECRET, {"code": code})
    tokens = Tokens(
        token=given["access_token"],
        refresh_token=given["refresh_token"],
        expires_at=NOON + timedelta(seconds=LIFETIME_S),
    )
    installed = Installed(platform_id=OFFICE, name="", bot_id="B", bot_user_id="U", tokens=tokens, installed_at=NOON)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(web.session())
        databases = [await Database.open(url) for _ in range(count)]
        for database in databases:
            stack.push_async_callback(database.close)
        await databases[0].run(installations.keep, vault, installed)
        template = web.client(None, f"{there.url}/api/", session)
        yield [Installations(one, vault, template, (CLIENT_ID, CLIENT_SECRET), clock) for one in databases]


async def ask(process: Installations) -> None:
    await web.call(process.client_of(OFFICE).auth_test())


async def refreshes(there: Town) -> int:
    return len(await there.calls("oauth.v2.access"))


async def token_used(there: Town) -> str:
    return str((await there.calls("auth.test"))[-1]["token"])


async def test_a_token_is_refreshed_two_hours_before_it_expires(there: Town, tmp_path: Path) -> None:
    clock = Clock()
    async with processes(there, tmp_path, clock, 1) as (process,):
        await ask(process)
        first = await token_used(there)
        clock.at = NOON + timedelta(hours=9, minutes=59)
        await ask(process)
        assert (await token_used(there), await refreshes(there)) == (first, 0)
        clock.at = NOON + timedelta(hours=10, minutes=1)
        await ask(process)
        assert await token_used(there) != first
        assert await refreshes(there) == 1


async def test_two_processes_use_a_refresh_token_once(there: Town, tmp_path: Path) -> None:
    clock = Clock()
    async with processes(there, tmp_path, clock) as both:
        for hours in (13, 26, 39):
            clock.at = NOON + timedelta(hours=hours)
            await asyncio.gather(*(ask(process) for process in both * 10))
        assert await refreshes(there) == 3
        assert all(call["token"] in there.cloud.grants.tokens for call in await there.calls("auth.test"))


async def test_a_refresh_that_fails_leaves_the_old_token_in_use(there: Town, tmp_path: Path) -> None:
    clock = Clock()
    async with processes(there, tmp_path, clock, 1) as (process,):
        there.cloud.grants.client_secret = "changed"
        clock.at = NOON + timedelta(hours=11)
        await ask(process)
        await ask(process)
        assert await refreshes(there) == 1
        there.cloud.grants.client_secret = CLIENT_SECRET
        clock.at += timedelta(minutes=1)
        await ask(process)
        assert await refreshes(there) == 2


async def test_without_a_token_that_lasts_a_call_fails_as_denied(there: Town, tmp_path: Path) -> None:
    clock = Clock()
    async with processes(there, tmp_path, clock, 1) as (process,):
        there.cloud.grants.client_secret = "changed"
        clock.at = NOON + timedelta(hours=13)
        with pytest.raises(PlatformTrouble) as raised:
            await ask(process)
        assert raised.value.code == "bad_client_secret"
        assert await process.leave(OFFICE, clock.at) == []
        with pytest.raises(PlatformTrouble) as raised:
            await ask(process)
        assert (raised.value.kind, raised.value.code) == (Kind.DENIED, "not_installed")
