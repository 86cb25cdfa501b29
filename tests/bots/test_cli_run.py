import asyncio
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bots.playground.serving import serving
from bots.playground.slack.server import create_app as slack_app
from core.texts import INTERRUPTED
from tests.bots.command_line import CommandLine, finished, hears
from tests.bots.conftest import Outside
from tests.bots.health import alive, unready_parts
from tests.journeys.control import until
from tests.ports import free_port


async def answers(outside: Outside) -> list[dict[str, Any]]:
    """What Parley said in #general of the local Slack."""
    state = await outside.slack.get("/control/state")
    return [message for message in state["messages"]["C0GENERAL1"] if message.get("bot_id") == "B0PARLEY01"]


async def test_it_says_that_it_is_ready_answers_and_ends_in_order(outside: Outside, command_line: CommandLine) -> None:
    await outside.model.will_say("Hello, Ann.")
    async with replace(command_line, anew=True).serving() as parley:
        host = outside.model.url.removeprefix("http://")
        assert parley.ready == f"parley ready: discord, slack; parley-playground at {host}"
        await outside.slack.post("/control/messages", user="ann", channel="general", text="@Parley hello")
        await until(lambda: answers(outside))
        result = await parley.stop()
    assert (result.code, result.out) == (0, "")
    assert [answer["text"] for answer in await answers(outside)] == ["Hello, Ann."]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_reply_in_flight_is_finished_before_the_end(
    outside: Outside, command_line: CommandLine, number: int
) -> None:
    await outside.model.will_say("One two three four five.", hold=True, hold_after=2)
    async with command_line.serving("slack") as parley:
        await outside.slack.post("/control/messages", user="ann", channel="general", text="@Parley count")
        await until(lambda: answers(outside))
        ending = asyncio.create_task(parley.stop(number))
        await outside.model.post("/control/release")
        result = await ending
    assert result.code == 0
    assert [answer["text"] for answer in await answers(outside)] == ["One two three four five."]


async def test_a_reply_that_takes_longer_than_the_grace_is_marked(outside: Outside, command_line: CommandLine) -> None:
    await outside.model.will_say("One two three four five.", hold=True, hold_after=2)
    async with command_line.serving("slack", PARLEY_GRACE_S="0.1") as parley:
        await outside.slack.post("/control/messages", user="ann", channel="general", text="@Parley count")
        await until(lambda: answers(outside))
        result = await parley.stop()
    (answer,) = await answers(outside)
    assert result.code == 0
    assert answer["text"].startswith("One two")
    assert INTERRUPTED in answer["text"]


async def test_a_reply_that_the_platform_takes_no_more_of_is_left_to_the_next_start(
    outside: Outside, command_line: CommandLine
) -> None:
    await outside.model.will_say("One two three four five.", hold=True, hold_after=2)
    async with command_line.serving("slack", PARLEY_GRACE_S="0.1") as parley:
        await outside.slack.post("/control/messages", user="ann", channel="general", text="@Parley count")
        await until(lambda: answers(outside))
        await outside.slack.fault("chat.update", "limited", retry_after_s=600)
        assert (await parley.stop()).code == 0
    (before,) = await answers(outside)

    async def marked() -> bool:
        (answer,) = await answers(outside)
        return answer["ts"] == before["ts"] and INTERRUPTED in answer["text"]

    assert INTERRUPTED not in before["text"]
    async with command_line.serving("slack"):
        assert await until(marked)


async def test_a_signal_during_the_start_ends_it_with_0(outside: Outside, command_line: CommandLine) -> None:
    await outside.slack.fault("auth.test", "slow", delay_s=30, times=1)
    process = await command_line.start("run", "slack", PORT=str(port := free_port()))
    async with aiohttp.ClientSession() as connections:
        await until(lambda: alive(connections, port))
        assert await unready_parts(connections, port) == {"started": False, "database": True}
    process.terminate()
    result = await finished(process)
    assert (result.code, result.out) == (0, "")
    assert "Traceback" not in result.err


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells which signals a process hears")
async def test_a_signal_while_libraries_load_ends_it_with_0(command_line: CommandLine) -> None:
    process = await replace(command_line, anew=True).start("run")
    await hears(process, signal.SIGTERM)
    process.terminate()
    assert (await finished(process)).code == 0


async def test_every_problem_is_told_at_once(alone: CommandLine) -> None:
    result = await alone.run(
        "run", SLACK_BOT_TOKEN="xapp-1", PORT="http", PARLEY_ANSWER_TOKENS="1000", PARLEY_CONTEXT_TOKENS="1000"
    )
    assert (result.code, result.out) == (2, "")
    told = [line.removeprefix("  - ").split(":")[0].split(" ")[0] for line in result.err.splitlines() if " - " in line]
    assert told == [
        "SLACK_BOT_TOKEN",
        "PORT",
        "PARLEY_ANSWER_TOKENS",
        "SLACK_APP_TOKEN",
        "OPENAI_MODEL",
        "OPENAI_API_KEY",
    ]


@pytest.mark.parametrize(
    ("platform", "variable", "value"),
    [
        ("slack", "SLACK_BOT_TOKEN", "xoxb-wrong"),
        ("slack", "SLACK_APP_TOKEN", "xapp-wrong"),
        ("slack", "SLACK_API_URL", "http://127.0.0.1:1/api/"),
        ("discord", "DISCORD_TOKEN", "wrong"),
    ],
)
async def test_a_platform_that_refuses_ends_it_with_1_and_a_sentence(
    command_line: CommandLine, platform: str, variable: str, value: str
) -> None:
    result = await finished(await command_line.start("run", platform, **{variable: value}))
    assert (result.code, result.out) == (1, "")
    assert [line for line in result.err.splitlines() if line.startswith("Error: ")]
    assert "`parley doctor` tells more." in result.err
    assert "Traceback" not in result.err
    assert "wrong" not in result.err


async def test_a_port_in_use_ends_it_with_1_and_a_sentence(command_line: CommandLine) -> None:
    async with serving(slack_app()) as taken:
        result = await command_line.run("run", "slack", PORT=taken.rpartition(":")[2])
    assert result.code == 1
    assert "The port cannot be used" in result.err
    assert "Traceback" not in result.err
