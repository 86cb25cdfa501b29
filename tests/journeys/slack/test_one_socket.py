"""Several workspaces over the one connection of Socket Mode, and people in a workspace that Parley was removed from."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from core import texts
from core.settings import Settings
from tests.journeys.control import Model, until
from tests.journeys.slack.cloud import BAKERY, OFFICE, Town, settings_for, town
from tests.journeys.slack.workspace import ANN


@pytest.fixture
async def there(connections: aiohttp.ClientSession) -> AsyncIterator[Town]:
    async with town(connections) as made:
        yield made


@pytest.fixture
def settings(there: Town, model: Model, tmp_path: Path) -> Settings:
    return settings_for(there, model, tmp_path, SLACK_APP_TOKEN="xapp-playground", SLACK_SIGNING_SECRET="")


@pytest.fixture
async def url(there: Town, settings: Settings) -> AsyncIterator[str]:
    async with there.parley(settings) as address:
        assert (await there.install(address, OFFICE))[0] == 200
        assert (await there.install(address, BAKERY))[0] == 200
        yield address


@pytest.mark.usefixtures("url")
async def test_two_workspaces_are_answered_over_one_connection(there: Town, model: Model) -> None:
    await model.will_say("In the office.")
    ts = await there.office.say(ANN, "@Parley hello")
    await there.office.reply(ts, "In the office.", settled=True)
    await model.will_say("In the bakery.")
    ts = await there.bakery.say(ANN, "@Parley hello")
    await there.bakery.reply(ts, "In the bakery.", settled=True)
    posts = {(call["token"][:12], "bakery" in call["body"]) for call in await there.calls("chat.postMessage")}
    assert posts == {(f"xoxb-{OFFICE}"[:12], False), (f"xoxb-{BAKERY}"[:12], True)}


@pytest.mark.usefixtures("url")
async def test_commands_of_two_workspaces_are_told_apart(there: Town) -> None:
    await there.office.command(ANN, 'persona create Pirate "Arr."')
    assert "Pirate" in await there.office.command(ANN, "persona list")
    assert "no personas" in await there.bakery.command(ANN, "persona list")


@pytest.mark.usefixtures("url")
async def test_a_workspace_that_parley_was_removed_from_is_told_so(there: Town) -> None:
    event = {"type": "app_uninstalled"}
    payload = {"type": "event_callback", "team_id": OFFICE, "event_id": "EvGone", "event_time": int(time.time()) + 1}
    await there.control.post("/control/revocations", team=OFFICE)
    await there.office.post("/control/raw-events", payload=payload | {"event": event})

    async def gone() -> bool:
        sent = await there.office.get("/control/events-sent")
        return any(each["event"] == event and each["acked"] for each in sent)

    await until(gone)
    async with asyncio.timeout(3.0):
        assert await there.office.command(ANN, "persona list") == texts.NOT_INSTALLED
