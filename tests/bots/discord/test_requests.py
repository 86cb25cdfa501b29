import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
import yarl
from aiohttp import web
from sqlalchemy import select

from bots.discord.budgets import READS, WRITES, counted
from bots.discord.requests import Requests, is_free
from bots.playground.buckets import SlidingWindow
from bots.playground.faults import hang_up
from bots.playground.serving import serving
from core.errors import HeldBack
from core.surface import Limited
from storage.database import Database
from storage.tables import Tally, rows
from tests.postgres import Databases

MESSAGES = "/api/v10/channels/7/messages"
API = yarl.URL("https://discord.com/api/v10")


@pytest.fixture
async def database(migrated_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(migrated_url)
    yield opened
    await opened.close()


@asynccontextmanager
async def session(requests: Requests) -> AsyncIterator[aiohttp.ClientSession]:
    """Of a process that has just been started, to a server that answers everything, but loses every second answer
    where that is asked for."""
    lost: list[web.Request] = []

    async def answer(request: web.Request) -> web.Response:
        if "lossy" in request.query and len(lost) % 2 == 0:
            hang_up(request)
        lost.append(request)
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", answer)
    async with serving(app) as url, aiohttp.ClientSession(url, trace_configs=[requests.trace(None)]) as http:
        yield http
    await requests.close()


async def times(http: aiohttp.ClientSession, method: str, path: str, count: int) -> None:
    for _ in range(count):
        await (await http.request(method, path)).read()


async def test_no_more_requests_go_than_discord_takes_in_a_second(database: Database) -> None:
    """Time passes here as slowly or fast as the machine likes: what counts is that no window is overrun."""
    requests, loop = Requests(20, database, asyncio.get_running_loop().time), asyncio.get_running_loop()
    window, refused = SlidingWindow(20, 1.0), []

    async def request() -> None:
        began_at = await requests.begin()
        await asyncio.sleep(0)
        refused.append(window.take(loop.time()))
        requests.end(began_at)

    await asyncio.gather(*(request() for _ in range(30)))
    assert refused == [0.0] * 30


async def test_processes_divide_what_the_bot_is_allowed(database: Database) -> None:
    requests = Requests(20, database, lambda: 0.0)
    requests.divide(3)
    made = [await requests.begin() for _ in range(5)]
    assert made == [0.0] * 5
    waiting = asyncio.create_task(requests.begin())
    await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()


async def test_an_edit_that_an_earlier_process_has_used_up_is_held_back(database: Database) -> None:
    async with session(Requests(50, database)) as earlier:
        await times(earlier, "PATCH", f"{MESSAGES}/1", WRITES.limit)
    async with session(Requests(50, database)) as http:
        with pytest.raises(HeldBack) as held:
            await http.patch(f"{MESSAGES}/2")
        assert 0.0 < (held.value.retry_after_s or 0.0) <= WRITES.period_s
        await times(http, "POST", MESSAGES, 1)
        await times(http, "PATCH", "/api/v10/channels/8/messages/1", 1)


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_post_and_a_read_wait_for_what_an_earlier_process_has_used_up(database: Database, method: str) -> None:
    loop = asyncio.get_running_loop()
    async with session(Requests(50, database)) as earlier:
        began_at = loop.time()
        await times(earlier, method, MESSAGES, WRITES.limit)
    async with session(Requests(50, database)) as http:
        await times(http, method, MESSAGES, 1)
    assert loop.time() - began_at >= WRITES.period_s - 0.1


async def test_a_read_that_aiohttp_sends_again_counts_twice(database: Database) -> None:
    async with session(Requests(50, database)) as http:
        await times(http, "GET", f"{MESSAGES}?lossy=yes", 2)
    (marks,) = await database.run(lambda session: session.execute(select(rows(Tally).c.marks)).scalars().all())
    assert sum(json.loads(marks).values()) == 4


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_a_request_that_the_database_cannot_count_is_made(postgres: Databases, method: str) -> None:
    """People are to hear that something is broken."""
    with postgres.migrated() as url:
        database = await Database.open(url)
        async with session(Requests(50, database)) as http:
            await database.close()
            await times(http, method, MESSAGES, 1)


@pytest.mark.parametrize(
    ("method", "path", "limited"),
    [
        ("POST", "channels/7/messages", Limited("discord:7:posts", WRITES)),
        ("PATCH", "channels/7/messages/8", Limited("discord:7:edits", WRITES)),
        ("GET", "channels/7/messages", Limited("discord:7:reads", READS)),
        ("GET", "channels/7/messages/8", None),
        ("DELETE", "channels/7/messages/8", None),
        ("POST", "channels/7/typing", None),
        ("PATCH", "channels/7", None),
        ("POST", "interactions/7/token/callback", None),
    ],
)
def test_what_is_limited_by_channel_is_counted(method: str, path: str, limited: Limited | None) -> None:
    assert counted(method, API / path) == limited


def test_what_is_written_by_a_webhook_is_counted_without_naming_its_token() -> None:
    posts = counted("POST", API / "webhooks/7/token")
    edits = counted("PATCH", API / "webhooks/7/token/messages/@original")
    other = counted("POST", API / "webhooks/7/another")
    assert posts is not None
    assert edits is not None
    assert other is not None
    assert len({posts.key, edits.key, other.key}) == 3
    assert "token" not in posts.key + edits.key


def test_what_goes_with_a_token_of_its_own_is_free() -> None:
    assert is_free(API / "interactions/1/token/callback")
    assert is_free(API / "webhooks/1/token/messages/@original")
    assert not is_free(API / "channels/1/messages")
