"""Socket Mode and HTTP at the same time, as while an app is moved from one to the other."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from core.settings import Settings
from tests.journeys.control import Model, until
from tests.journeys.slack.over_http import Sender, event_callback, parley_over_http, settings_over_http
from tests.journeys.slack.workspace import ANN, BEN, GENERAL, TEAM, Workspace


@pytest.fixture
def settings(workspace: Workspace, model: Model, tmp_path: Path) -> Settings:
    return settings_over_http(workspace, model, tmp_path, SLACK_APP_TOKEN="xapp-playground")


@pytest.fixture
async def sender(settings: Settings, connections: aiohttp.ClientSession) -> AsyncIterator[Sender]:
    async with parley_over_http(settings) as url:
        yield Sender(connections, url)


async def sent(workspace: Workspace, ts: str) -> list[dict[str, object]]:
    """The events about a message that went over the socket."""
    events = await workspace.get("/control/events-sent")
    return [each["event"] for each in events if each["acked"] and each["event"].get("ts") == ts]


async def test_an_event_that_comes_both_ways_is_answered_once(
    workspace: Workspace, sender: Sender, model: Model
) -> None:
    await model.will_say("Once.")
    ts = await workspace.say(ANN, "@Parley hello")
    await workspace.reply(ts, "Once.", settled=True)
    over_socket = await sent(workspace, ts)
    assert {event["type"] for event in over_socket} == {"app_mention", "message"}
    for number, event in enumerate(over_socket):
        status, _ = await sender.send_json(event_callback(event, event_id=f"EvTwice{number}"))
        assert status == 200
    await model.will_say("Twice.")
    await workspace.say(ANN, "and again", thread_ts=ts)
    await workspace.reply(ts, "Twice.", number=2)
    assert len(await model.requests()) == 2


async def test_what_comes_one_way_goes_on_the_other(workspace: Workspace, sender: Sender, model: Model) -> None:
    await model.will_say("Over HTTP.")
    await workspace.patch("/control/rules", request_url=f"{sender.url}/slack/events")
    ts = await workspace.say(ANN, "@Parley hello")
    await workspace.reply(ts, "Over HTTP.", settled=True)
    await workspace.patch("/control/rules", request_url="")
    await model.will_say("Over the socket.")
    await workspace.say(BEN, "and now?", thread_ts=ts)
    await workspace.reply(ts, "Over the socket.", number=2)


async def test_commands_are_taken_both_ways(workspace: Workspace, sender: Sender) -> None:
    assert "no personas" in await workspace.command(ANN, "persona list")
    await workspace.command(ANN, 'persona create Pirate "Arr."')
    await workspace.patch("/control/rules", request_url=f"{sender.url}/slack/commands")
    assert "Pirate" in await workspace.command(ANN, "persona list")


async def test_a_button_is_taken_over_http_below_an_answer_that_the_socket_brought(
    workspace: Workspace, sender: Sender, model: Model
) -> None:
    await model.will_say("First.")
    ts = await workspace.say(ANN, "@Parley hello")
    reply = await workspace.reply(ts, "First.", settled=True)
    pressed = {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "playground"},
        "user": {"id": "U0ANN00001", "team_id": TEAM},
        "api_app_id": "A0PARLEY01",
        "channel": {"id": GENERAL, "name": "general"},
        "container": {"type": "message", "message_ts": reply["ts"], "channel_id": GENERAL},
        "message": {"ts": reply["ts"]},
        "actions": [reply["blocks"][1]["elements"][0] | {"block_id": "b"}],
    }
    await model.will_say("Second.")
    status, _ = await sender.send_form("/slack/interactive", payload=json.dumps(pressed))
    assert status == 200
    await workspace.reply(ts, "Second.", settled=True)

    async def asked_again() -> bool:
        return len(await model.requests()) == 2

    await until(asked_again)
