import asyncio

import aiohttp
import pytest
from aiohttp import web

from bots.playground.serving import serving


async def hello(_: web.Request) -> web.Response:
    return web.Response(text="hello")


async def test_an_application_is_served_on_loopback_until_the_block_ends() -> None:
    app = web.Application()
    app.add_routes([web.get("/", hello)])

    async with aiohttp.ClientSession() as http:
        async with serving(app) as url:
            assert url.startswith("http://127.0.0.1:")
            async with http.get(url) as response:
                assert await response.text() == "hello"
        with pytest.raises(aiohttp.ClientConnectionError):
            await http.get(url)


async def test_a_handler_is_cancelled_when_its_caller_leaves() -> None:
    left = asyncio.Event()

    async def wait(_: web.Request) -> web.Response:
        try:
            await asyncio.Event().wait()
        finally:
            left.set()
        return web.Response()

    app = web.Application()
    app.add_routes([web.get("/", wait)])
    async with serving(app) as url:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.1)) as http:
            with pytest.raises(TimeoutError):
                await http.get(url)
        await asyncio.wait_for(left.wait(), 2)
