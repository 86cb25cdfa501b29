import re
from pathlib import Path

import aiohttp
import pytest

from bots.playground.discord import server as discord_server
from bots.playground.page.server import create_app
from bots.playground.serving import serving
from bots.playground.slack import server as slack_server

STATIC = Path(__file__).parents[4] / "bots/playground/page/static"


async def test_the_page_and_all_that_it_loads_are_served(http: aiohttp.ClientSession) -> None:
    async with http.get("/") as page:
        html = await page.text()
        assert "script-src" not in page.headers["Content-Security-Policy"]
        assert page.headers["Content-Security-Policy"].startswith("default-src 'self';")
    for address in re.findall(r'(?:src|href)="(/[^"]+)"', html):
        async with http.get(address) as loaded:
            assert loaded.status == 200, address
            assert loaded.headers["X-Content-Type-Options"] == "nosniff"


def test_the_page_has_no_inline_script_or_style_and_nothing_from_elsewhere() -> None:
    html = (STATIC / "index.html").read_text()

    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?://", html)


def test_only_one_module_writes_html_and_every_import_exists() -> None:
    writers = []
    for module in STATIC.rglob("*.js"):
        source = module.read_text()
        if re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", source):
            writers.append(module.name)
        for imported in re.findall(r'from "([^"]+)"', source):
            assert (module.parent / imported).is_file(), f"{module.name} imports {imported}"

    assert writers == ["rich.js"]


async def test_the_page_knows_which_model_answers(http: aiohttp.ClientSession) -> None:
    async with http.get("/page/about") as about:
        assert await about.json() == {"answering": "Built-in model", "built_in": True}


async def test_a_real_model_needs_no_local_one() -> None:
    app = create_app(slack_server.create_app(), discord_server.create_app(), None, answering="gpt-5 at api.openai.com")
    async with serving(app) as url, aiohttp.ClientSession(url) as http:
        async with http.get("/page/about") as about:
            assert await about.json() == {"answering": "gpt-5 at api.openai.com", "built_in": False}
        async with http.get("/model/v1/models") as absent:
            assert absent.status == 404


@pytest.mark.parametrize("path", ["/slack/control/state", "/discord/control/state", "/model/v1/models"])
async def test_the_local_servers_are_below_the_page(http: aiohttp.ClientSession, path: str) -> None:
    async with http.get(path) as response:
        assert response.status == 200


async def test_texts_are_rendered_in_their_order(http: aiohttp.ClientSession) -> None:
    items = [{"kind": "mrkdwn", "text": "*a*"}, {"kind": "discord", "text": "**b**"}]

    async with http.post("/page/render", json={"items": items}) as response:
        first, second = (await response.json())["html"]

    assert "<strong>a</strong>" in first
    assert "<strong>b</strong>" in second


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"items":[{"kind":"odd","text":"x"}]}', b'{"items":[{"kind":"discord"}]}']
)
async def test_a_wrong_rendering_request_is_refused(http: aiohttp.ClientSession, body: bytes) -> None:
    async with http.post("/page/render", data=body) as response:
        assert response.status == 400


async def test_too_many_texts_are_refused(http: aiohttp.ClientSession) -> None:
    async with http.post("/page/render", json={"items": [{"kind": "discord", "text": ""}] * 501}) as response:
        assert response.status == 400
