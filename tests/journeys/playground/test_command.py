import asyncio
import signal
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from playwright.async_api import Page, expect

from bots.playground.model.rules import Rules
from bots.playground.model.server import create_app as model_app
from bots.playground.serving import serving
from tests.bots.command_line import finished, hears
from tests.journeys.control import Model, until
from tests.journeys.playground.browser import CHROMIUM, NO_CHROMIUM, opened, write
from tests.journeys.playground.started import Playground, command_line, left_behind, playing, started

STOPPED_S = 15.0


async def answers(playground: Playground) -> list[dict[str, Any]]:
    """What Parley said in #general of the local Slack."""
    state = await playground.slack.get("/control/state")
    return [message for message in state["messages"]["C0GENERAL1"] if message.get("bot_id") == "B0PARLEY01"]


async def ask(playground: Playground, text: str) -> str:
    await playground.slack.post("/control/messages", user="ann", channel="general", text=f"@Parley {text}")
    answer = await until(lambda: answers(playground))
    return str(answer[0]["text"])


async def test_it_says_where_the_page_is_and_is_quiet_otherwise(playground: Playground) -> None:
    assert playground.ready == f"Parley's playground is ready: open {playground.url} in a browser (Ctrl-C ends it)."
    async with playground.connections.get(playground.url) as response:
        assert "Parley playground" in await response.text()
    await playground.answer_at_once()
    await ask(playground, "hello")


async def test_a_log_level_that_was_asked_for_is_kept(tmp_path: Path) -> None:
    async with playing(tmp_path, PARLEY_LOG_LEVEL="info") as playground:
        result = await playground.stop()
    assert "service.ready" in result.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_it_soon_with_0_and_nothing_is_left(tmp_path: Path, number: int) -> None:
    async with playing(tmp_path) as playground:
        await playground.model.will_say("One two three.", hold=True, hold_after=1)
        async with playground.connections.ws_connect(f"{playground.url}/slack/control/events"):
            await ask(playground, "count")
            async with asyncio.timeout(STOPPED_S):
                result = await playground.stop(number)
    assert (result.code, result.out, result.err) == (0, "", "")
    assert left_behind(tmp_path) == []


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells which signals a process hears")
@pytest.mark.parametrize("after_s", [0.0, 1.0])
async def test_a_signal_during_the_start_ends_it_with_0(tmp_path: Path, after_s: float) -> None:
    process = await replace(command_line(tmp_path), anew=True).start("playground", "--port", "0")
    await hears(process, signal.SIGTERM)
    await asyncio.sleep(after_s)
    process.terminate()
    result = await finished(process)
    assert (result.code, result.err) == (0, "")
    assert left_behind(tmp_path) == []


async def test_a_port_in_use_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = await finished(await started(tmp_path, str(taken.getsockname()[1])))
    assert (result.code, result.out) == (1, "")
    assert len(result.err.splitlines()) == 1
    assert "port cannot be used" in result.err
    assert left_behind(tmp_path) == []


async def test_a_key_without_a_model_is_told_with_what_to_do(tmp_path: Path) -> None:
    result = await finished(await started(tmp_path, OPENAI_API_KEY="sk-real"))
    assert (result.code, result.out) == (2, "")
    assert "OPENAI_MODEL is missing" in result.err
    assert "leave out OPENAI_API_KEY" in result.err
    assert "sk-real" not in result.err


@pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)
async def test_a_real_model_answers_when_one_is_set_and_the_page_names_it(tmp_path: Path) -> None:
    real = model_app(Rules(first_token_s=0.0, tokens_per_s=0.0, models=("gpt-real",), require_key="sk-real"))
    async with serving(real) as url:
        settings = {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_MODEL": "gpt-real", "OPENAI_API_KEY": "sk-real"}
        async with playing(tmp_path, **settings) as playground, opened(playground.url) as page:
            model = Model(playground.connections, url)
            await model.will_say("I am real.")
            await expect(page.locator(".answering")).to_have_text(f"Answering: gpt-real at {urlsplit(url).netloc}")
            await expect(page.locator(".saw-toggle")).to_have_count(0)
            await see_it_answer(page, "I am real.")
            assert [request["model"] for request in await model.requests()] == ["gpt-real"]


async def see_it_answer(page: Page, text: str) -> None:
    await write(page, ".slack", "@Parley are you real?")
    await page.locator(".slack main .message .replies").click()
    await expect(page.locator(".slack .thread .message").last).to_contain_text(text)


async def test_tokens_and_proxies_of_the_outside_are_never_used(tmp_path: Path) -> None:
    heard: list[str] = []

    async def outside(request: web.Request) -> web.Response:
        heard.append(f"{request.method} {request.raw_path}")
        return web.json_response({"ok": False, "error": "invalid_auth"}, status=401)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", outside)
    async with serving(app) as url:
        tokens = {"SLACK_BOT_TOKEN": "xoxb-1-real", "SLACK_APP_TOKEN": "xapp-1-real", "DISCORD_TOKEN": "real"}
        addresses = {
            "SLACK_API_URL": f"{url}/api/",
            "DISCORD_API_URL": f"{url}/api/v10",
            "DISCORD_GATEWAY_URL": url.replace("http", "ws", 1),
            "DATABASE_URL": f"sqlite:///{tmp_path}/own.db",
        }
        proxies = {"HTTPS_PROXY": url, "HTTP_PROXY": url, "ALL_PROXY": url}
        async with playing(tmp_path, **tokens, **addresses, **proxies) as playground:
            await playground.answer_at_once()
            assert "Hello Ann" in await ask(playground, "hello")
            await playground.slack.post("/control/commands", user="ann", channel="general", command="/parley", text="")
            await until(lambda: ephemerals(playground))
            result = await playground.stop()
    assert (result.code, result.err) == (0, "")
    assert heard == []
    assert left_behind(tmp_path) == []


async def ephemerals(playground: Playground) -> list[dict[str, Any]]:
    return list((await playground.slack.get("/control/state"))["ephemerals"])
