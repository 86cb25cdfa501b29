import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from core.settings import Settings
from tests.journeys.control import Model, until
from tests.journeys.slack.cloud import BAKERY, OFFICE, Town, settings_for, town
from tests.journeys.slack.workspace import ANN, BEN, Workspace, shown


@pytest.fixture
async def there(connections: aiohttp.ClientSession) -> AsyncIterator[Town]:
    async with town(connections) as made:
        yield made


@pytest.fixture
def settings(there: Town, model: Model, tmp_path: Path) -> Settings:
    return settings_for(there, model, tmp_path)


@pytest.fixture
async def url(there: Town, settings: Settings) -> AsyncIterator[str]:
    async with there.parley(settings) as address:
        await there.install(address, OFFICE)
        await there.install(address, BAKERY)
        yield address


def token_of(team: str, call: dict[str, Any]) -> bool:
    return str(call["token"]).startswith(f"xoxb-{team}-")


async def uninstall(there: Town, workspace: Workspace, team: str, at: float) -> None:
    await there.control.post("/control/revocations", team=team)
    payload = {
        "type": "event_callback",
        "team_id": team,
        "event_id": f"Ev{at}",
        "event_time": int(at),
        "event": {"type": "app_uninstalled"},
    }
    await workspace.post("/control/raw-events", payload=payload)


async def test_nothing_of_a_workspace_reaches_another(there: Town, url: str, model: Model) -> None:
    await there.office.command(ANN, "prompt set OFFICE-PROMPT")
    await there.bakery.command(ANN, "prompt set BAKERY-PROMPT")
    for name, workspace in (("office", there.office), ("bakery", there.bakery)):
        await model.will_say(f"Said in the {name}.")
        ts = await workspace.say(ANN, f"@Parley a secret of the {name}")
        await workspace.reply(ts, f"Said in the {name}.")
        await model.will_say(f"Again in the {name}.")
        await workspace.say(BEN, f"and the {name} again", thread_ts=ts)
        await workspace.reply(ts, f"Again in the {name}.", number=2, settled=True)
    for request in await model.requests():
        text = str(request["messages"])
        assert ("OFFICE-PROMPT" in text, "office" in text) != ("BAKERY-PROMPT" in text, "bakery" in text)
        assert ("OFFICE-PROMPT" in text) == ("office" in text)
    posts = await there.calls("chat.postMessage") + await there.calls("chat.update")
    assert len(posts) >= 4
    for call in posts:
        assert token_of(OFFICE, call) == ("the office" in call["body"])
        assert token_of(BAKERY, call) == ("the bakery" in call["body"])


async def test_who_parley_is_is_asked_at_the_installation_and_never_again(there: Town, url: str, model: Model) -> None:
    for number in range(3):
        await model.will_say(f"Number {number}.")
        ts = await there.office.say(ANN, f"@Parley {number}")
        await there.office.reply(ts, f"Number {number}.")
    assert len(await there.calls("auth.test")) == 2


async def test_tokens_are_nowhere_in_the_database_as_they_are(there: Town, url: str, tmp_path: Path) -> None:
    kept = b"".join((tmp_path / name).read_bytes() for name in ("parley.db", "parley.db-wal"))
    assert b"Playground" in kept
    assert b"xoxb-" not in kept


async def test_an_installation_outlives_a_restart(there: Town, settings: Settings, model: Model) -> None:
    async with there.parley(settings) as url:
        await there.install(url, BAKERY)
    async with there.parley(settings):
        await model.will_say("Still here.")
        ts = await there.bakery.say(ANN, "@Parley hello")
        await there.bakery.reply(ts, "Still here.")


async def test_a_workspace_that_has_not_installed_parley_is_not_answered(
    there: Town, settings: Settings, model: Model
) -> None:
    async with there.parley(settings) as url:
        await there.install(url, OFFICE)
        await there.bakery.say(ANN, "@Parley hello")
        await model.will_say("Only here.")
        ts = await there.office.say(ANN, "@Parley hello")
        await there.office.reply(ts, "Only here.")
    assert len(await model.requests()) == 1
    assert [call for call in await there.calls() if token_of(BAKERY, call)] == []


async def test_removing_parley_stops_its_work_there_and_only_there(there: Town, url: str, model: Model) -> None:
    await model.patch("/control/rules", answer_tokens=400, tokens_per_s=20)
    going = await there.office.say(ANN, "@Parley a long one")

    async def begun() -> bool:
        return bool(await there.office.replies(going))

    await until(begun)
    await uninstall(there, there.office, OFFICE, time.time() + 1)

    async def ended() -> bool:
        requests = (await model.get("/control/requests"))["requests"]
        return requests[0]["ended"] is not None

    await until(ended, 3.0)
    before = len(await there.calls())
    await there.office.say(ANN, "@Parley are you there?")
    await model.patch("/control/rules", tokens_per_s=0)
    await model.will_say("Here I am.")
    ts = await there.bakery.say(ANN, "@Parley are you there?")
    await there.bakery.reply(ts, "Here I am.")
    later = (await there.calls())[before:]
    assert [call for call in later if token_of(OFFICE, call) and call["method"] == "chat.postMessage"] == []
    assert len(await model.requests()) == 2


async def test_an_installation_anew_finds_what_was_set_up(there: Town, url: str, model: Model) -> None:
    await there.office.command(ANN, "prompt set Answer in rhyme.")
    await uninstall(there, there.office, OFFICE, time.time() + 1)

    async def gone() -> bool:
        sent = await there.office.get("/control/events-sent")
        return any(event["event"]["type"] == "app_uninstalled" and event["acked"] for event in sent)

    await until(gone)
    assert (await there.install(url, OFFICE))[0] == 200
    await model.will_say("In rhyme, in time.")
    ts = await there.office.say(ANN, "@Parley hello")
    await there.office.reply(ts, "In rhyme, in time.")
    assert "Answer in rhyme." in str((await model.messages())[0])


async def test_the_news_of_an_earlier_removal_comes_too_late_to_matter(there: Town, url: str, model: Model) -> None:
    payload = {
        "type": "event_callback",
        "team_id": OFFICE,
        "event_id": "EvLate",
        "event_time": int(time.time()) - 60,
        "event": {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0PARLEY01"]}},
    }
    await there.office.post("/control/raw-events", payload=payload)
    await model.will_say("Still installed.")
    ts = await there.office.say(ANN, "@Parley hello")
    await there.office.reply(ts, "Still installed.")


async def test_the_token_of_a_person_is_none_of_parleys(there: Town, url: str, model: Model) -> None:
    event = {"type": "tokens_revoked", "tokens": {"oauth": ["U0ANN00001"], "bot": []}}
    await there.office.post("/control/raw-events", event=event)
    await model.will_say("Still installed.")
    ts = await there.office.say(ANN, "@Parley hello")
    await there.office.reply(ts, "Still installed.")


async def test_a_reply_of_one_workspace_cannot_be_stopped_from_another(there: Town, url: str, model: Model) -> None:
    await model.will_say("Whole.")
    ts = await there.office.say(ANN, "@Parley hello")
    reply = await there.office.reply(ts, "Whole.", settled=True)
    await model.will_say("Mine.")
    own_ts = await there.bakery.say(ANN, "@Parley hello")
    own = await there.bakery.reply(own_ts, "Mine.", settled=True)
    pressed = own["blocks"][1]["elements"][0]
    forged = reply["blocks"][1]["elements"][0]["value"]
    payload = {
        "type": "block_actions",
        "team": {"id": BAKERY, "domain": "bakery"},
        "user": {"id": "U0ANN00001", "team_id": BAKERY},
        "channel": {"id": "C0GENERAL1", "name": "general"},
        "container": {"type": "message", "message_ts": own["ts"], "channel_id": "C0GENERAL1"},
        "message": {"ts": own["ts"]},
        "actions": [pressed | {"value": forged}],
    }
    await there.bakery.post("/control/raw-events", payload=payload)

    async def acknowledged() -> bool:
        return bool((await there.bakery.get("/control/events-sent"))[-1]["attempts"])

    await until(acknowledged)
    assert shown((await there.office.replies(ts))[0]) == "Whole."
    assert len(await model.requests()) == 2
