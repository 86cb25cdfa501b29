import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager

import httpx2
import pytest
from aiohttp import web

from bots.playground.serving import serving
from core.wire import LONGEST_REST_S, Pace, Wire, body_of

TOKENS = [f"data: {number}\n\n".encode() for number in range(20)]


async def tokens(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"content-type": "text/event-stream"})
    await response.prepare(request)
    for token in TOKENS:
        await response.write(token)
        await asyncio.sleep(0.005)
    return response


async def packed(_: web.Request) -> web.Response:
    return web.Response(body=gzip.compress(b"".join(TOKENS)), headers={"content-encoding": "gzip"})


async def nothing(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(60.0)
    return web.Response()


async def echo(request: web.Request) -> web.Response:
    return web.json_response({"said": await request.json(), "agent": request.headers["x-agent"]})


@asynccontextmanager
async def asked(path: str, timeout_s: float = 5.0, **request: object) -> AsyncIterator[httpx2.Response]:
    app = web.Application()
    app.add_routes([web.get("/tokens", tokens), web.get("/packed", packed)])
    app.add_routes([web.get("/nothing", nothing), web.post("/echo", echo)])
    timeout = httpx2.Timeout(timeout_s)
    async with serving(app) as url, httpx2.AsyncClient(transport=Wire(), timeout=timeout) as client:
        verb = "POST" if request else "GET"
        async with client.stream(verb, f"{url}{path}", **request) as response:  # type: ignore[arg-type]
            yield response


async def test_a_stream_comes_as_it_is_sent() -> None:
    async with asked("/tokens") as response:
        parts = [part async for part in response.aiter_bytes()]
    assert b"".join(parts) == b"".join(TOKENS)
    assert len(parts) > 5


async def test_what_came_in_a_rest_is_read_at_once_and_nothing_is_lost() -> None:
    parts = []
    async with asked("/tokens") as response:
        async for part in response.aiter_bytes():
            parts.append(part)
            await body_of(response).rest(0.05)
    assert b"".join(parts) == b"".join(TOKENS)
    assert len(parts) <= 8


async def test_what_is_packed_comes_unpacked_either_way() -> None:
    async with asked("/packed") as response:
        parts = []
        while part := await body_of(response).read():
            parts.append(part)
    async with asked("/packed") as response:
        assert b"".join(parts) == await response.aread() == b"".join(TOKENS)


async def test_a_body_and_headers_are_sent_as_given() -> None:
    async with asked("/echo", json={"a": "ü"}, headers={"x-agent": "parley"}) as response:
        await response.aread()
    assert response.json() == {"said": {"a": "ü"}, "agent": "parley"}


async def test_a_server_that_says_nothing_is_a_timeout() -> None:
    with pytest.raises(httpx2.ReadTimeout):
        async with asked("/nothing", timeout_s=0.1):
            pass


async def test_a_server_that_is_not_there_is_a_connection_error() -> None:
    async with httpx2.AsyncClient(transport=Wire()) as client:
        with pytest.raises(httpx2.ConnectError):
            await client.get("http://127.0.0.1:9/")


def test_an_answer_alone_is_rested_from_only_once_it_has_been_growing() -> None:
    pace = Pace()
    with pace.live():
        assert [pace.pause_s(age_s) for age_s in (0.0, 0.05, 0.4, 60.0)] == pytest.approx(
            [0.0, 0.0, 0.04, LONGEST_REST_S]
        )


def test_of_many_answers_each_is_rested_from_at_once_and_never_for_long() -> None:
    pace = Pace()
    with ExitStack() as live:
        for _ in range(50):
            live.enter_context(pace.live())
        assert pace.pause_s(0.0) == 0.05
        for _ in range(450):
            live.enter_context(pace.live())
        assert pace.pause_s(60.0) == LONGEST_REST_S
