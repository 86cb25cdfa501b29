"""What was said while Parley was down, or cut off for longer than Slack tries to deliver."""

import asyncio
import sqlite3
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bots.service import serving
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.slack.cloud import BAKERY, OFFICE, settings_for, town
from tests.journeys.slack.workspace import ANN, BEN, GENERAL, RANDOM, Workspace

SLACK = frozenset({Platform.SLACK})
HISTORY, REPLIES = "conversations.history", "conversations.replies"


@pytest.fixture(autouse=True)
async def gives_up_at_once(workspace: Workspace) -> None:
    """What no connection takes is delivered at no later time, as after Slack's last try."""
    await workspace.patch("/control/rules", redelivery_delays_s=[])


async def held(workspace: Workspace, model: Model, channel: str = GENERAL, answer: str = "Hello.") -> str:
    """A conversation with Parley in a channel; its thread."""
    await model.will_say(answer)
    ts = await workspace.say(ANN, "@Parley hello", channel=channel)
    await workspace.reply(ts, answer, channel, settled=True)
    return ts


async def read(workspace: Workspace, method: str = HISTORY, count: int = 1) -> list[dict[str, Any]]:
    """The calls that were answered of a method that reads, once there are so many."""

    async def look() -> list[dict[str, Any]] | None:
        calls = [call for call in await workspace.calls(method) if call["ok"]]
        return calls if len(calls) >= count else None

    return await until(look)


def known(settings: Settings, text: str) -> bool:
    with closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))) as database:
        return bool(database.execute("SELECT 1 FROM message WHERE text = ?", (text,)).fetchall())


async def remembered(settings: Settings, text: str) -> None:
    """Wait until Parley remembers a message that says this."""

    async def look() -> bool:
        return known(settings, text)

    await until(look)


async def own(workspace: Workspace, channel: str = GENERAL) -> list[dict[str, Any]]:
    """Everything that Parley has posted in a channel."""
    state = await workspace.state()
    return [one for one in state["messages"].get(channel, []) if one.get("bot_id") == state["me"]["bot_id"]]


async def test_a_mention_missed_while_parley_was_down_is_answered_once(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    async with serving(settings, SLACK):
        await held(workspace, model)
    await model.will_say("Good morning.", match="awake")
    asked = await workspace.say(BEN, "@Parley are you awake?")
    async with serving(settings, SLACK):
        await workspace.reply(asked, "Good morning.", settled=True)
    async with serving(settings, SLACK):
        await read(workspace, count=2)
        await held(workspace, model, answer="Now.")
    assert len(await own(workspace)) == 3
    assert len(await model.requests()) == 3


async def test_a_mention_missed_while_the_connection_was_cut_is_answered_once(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    async with serving(settings, SLACK):
        await held(workspace, model)
        await workspace.patch("/control/rules", subscriptions=[])
        await model.will_say("I am back.", match="there")
        asked = await workspace.say(BEN, "@Parley are you there?")
        await workspace.patch("/control/rules", subscriptions=["app_mention", "message.channels"])
        await workspace.post("/control/sockets/disconnect", reason="link_disabled")
        await workspace.reply(asked, "I am back.", settled=True)
        before = len(await read(workspace))
        await workspace.post("/control/sockets/disconnect", reason="link_disabled")
        await read(workspace, count=before + 1)
        await held(workspace, model, answer="Now.")
    assert len(await own(workspace)) == 3
    assert len(await model.requests()) == 3


async def test_what_is_missed_in_a_thread_that_parley_is_in_is_answered_without_a_mention(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    async with serving(settings, SLACK):
        thread = await held(workspace, model)
    await model.will_say("You are welcome.")
    await workspace.say(BEN, "Thanks!", thread_ts=thread)
    async with serving(settings, SLACK):
        await workspace.reply(thread, "You are welcome.", number=2, settled=True)
    assert len(await read(workspace, REPLIES, count=2)) == 2  # what is new, and what was changed


async def test_a_mention_missed_in_a_thread_that_parley_did_not_know_is_answered(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    async with serving(settings, SLACK):
        await held(workspace, model)
    root = await workspace.say(ANN, "The build is red.")
    await workspace.say(BEN, "@Parley what now?", thread_ts=root)
    await model.will_say("Look at the log.")
    async with serving(settings, SLACK):
        await workspace.reply(root, "Look at the log.", settled=True)
    assert (await model.messages())[1]["content"] == "Ann: The build is red.\n\nBen: what now?"


async def test_what_is_too_old_is_remembered_and_not_answered(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    async with serving(settings, SLACK):
        thread = await held(workspace, model)
    await workspace.say(BEN, "@Parley I like tea.", thread_ts=thread)
    await workspace.say(BEN, "@Parley is it Monday?")
    async with serving(settings.model_copy(update={"catch_up_s": 0.001}), SLACK):
        await remembered(settings, "I like tea.")
        await model.will_say("Tea.")
        await workspace.say(BEN, "What do I like?", thread_ts=thread)
        await workspace.reply(thread, "Tea.", number=2, settled=True)
    assert not known(settings, "is it Monday?")
    assert (await model.messages())[-1]["content"] == "Ben: I like tea.\n\nBen: What do I like?"
    assert len(await own(workspace)) == 2


async def test_two_processes_that_overlap_answer_what_was_missed_once(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    async with serving(settings, SLACK):
        thread = await held(workspace, model)
    await model.will_say("Good morning.", match="awake")
    asked = await workspace.say(ANN, "@Parley are you awake?")
    await model.will_say("You are welcome.", match="Thanks")
    await workspace.say(BEN, "Thanks!", thread_ts=thread)
    async with AsyncExitStack() as stack:
        await asyncio.gather(*(stack.enter_async_context(serving(settings, SLACK)) for _ in range(2)))
        await workspace.reply(asked, "Good morning.", settled=True)
        await workspace.reply(thread, "You are welcome.", number=2, settled=True)
        await read(workspace, count=2)
        await held(workspace, model, answer="Now.")
    assert len(await own(workspace)) == 4
    assert len(await model.requests()) == 4


async def test_what_is_redelivered_as_well_is_answered_once(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    async with serving(settings, SLACK):
        await held(workspace, model)
    await workspace.patch("/control/rules", redelivery_delays_s=[0.0, 60.0, 300.0])
    await model.will_say("Good morning.", match="awake")
    asked = await workspace.say(BEN, "@Parley are you awake?")
    async with serving(settings, SLACK):
        await workspace.reply(asked, "Good morning.", settled=True)
        await read(workspace)
        await held(workspace, model, answer="Now.")
    assert len(await own(workspace)) == 3
    assert len(await model.requests()) == 3


async def test_a_limited_app_is_read_as_slowly_as_slack_allows_and_answers_meanwhile(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    async with serving(settings, SLACK):
        await held(workspace, model)
        await held(workspace, model, RANDOM)
    for number in range(20):
        await workspace.say(ANN, f"line {number}", channel=RANDOM)
    asked = [await workspace.say(BEN, f"@Parley about {channel}?", channel=channel) for channel in (RANDOM, GENERAL)]
    await workspace.patch("/control/rules", replies_limit="restricted", rate_period_s=1.0)
    for channel in (RANDOM, GENERAL):
        await model.will_say("Late.", match=f"about {channel}")
    async with serving(settings, SLACK):
        await workspace.reply(asked[0], "Late.", RANDOM, settled=True)
        async with asyncio.timeout(3.0):
            await held(workspace, model, "C0GENERAL1", "At once.")
        await workspace.reply(asked[1], "Late.", GENERAL, settled=True)
    refused = [call for call in await workspace.calls(HISTORY) if not call["ok"]]
    assert len(refused) <= 1


async def test_a_channel_that_parley_was_removed_from_costs_nothing_but_itself(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    async with serving(settings, SLACK):
        await held(workspace, model)
        await held(workspace, model, RANDOM)
    gone = await workspace.say(BEN, "@Parley are you here?", channel=RANDOM)
    asked = await workspace.say(BEN, "@Parley are you there?")
    await workspace.delete(f"/control/members?user=parley&channel={RANDOM}")
    await model.will_say("I am.")
    async with serving(settings, SLACK):
        await workspace.reply(asked, "I am.", settled=True)
    errors = [call.get("error") for call in await workspace.calls(HISTORY) if not call["ok"]]
    assert errors == ["not_in_channel"]
    assert await workspace.replies(gone, RANDOM) == []


async def test_a_call_that_fails_for_a_moment_is_tried_again(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    async with serving(settings, SLACK):
        await held(workspace, model)
    asked = await workspace.say(BEN, "@Parley are you there?")
    await workspace.fault(HISTORY, "status", status=500)
    await model.will_say("I am.")
    async with serving(settings, SLACK):
        await workspace.reply(asked, "I am.", settled=True)


async def test_catching_up_can_be_switched_off(workspace: Workspace, model: Model, settings: Settings) -> None:
    async with serving(settings, SLACK):
        await held(workspace, model)
    await workspace.say(BEN, "@Parley are you there?")
    async with serving(settings.model_copy(update={"catch_up_s": 0.0}), SLACK):
        await held(workspace, model, answer="Now.")
    assert len(await own(workspace)) == 2
    assert await workspace.calls(HISTORY) == []


async def test_each_of_several_workspaces_is_read_with_its_own_token(
    connections: aiohttp.ClientSession, model: Model, tmp_path: Path
) -> None:
    async with town(connections) as there:
        settings = settings_for(there, model, tmp_path, SLACK_APP_TOKEN="xapp-playground", SLACK_SIGNING_SECRET="")
        places = {OFFICE: there.office, BAKERY: there.bakery}
        async with there.parley(settings) as url:
            for team, workspace in places.items():
                await workspace.patch("/control/rules", redelivery_delays_s=[])
                await there.install(url, team)
                await held(workspace, model)
        asked = {team: await workspace.say(BEN, f"@Parley about {team}?") for team, workspace in places.items()}
        for team in places:
            await model.will_say(f"For {team}.", match=f"about {team}")
        async with there.parley(settings):
            for team, workspace in places.items():
                await workspace.reply(asked[team], f"For {team}.", settled=True)
        tokens = {str(call["token"]).split("-")[1] for call in await there.calls(HISTORY)}
    assert tokens == {OFFICE, BAKERY}
