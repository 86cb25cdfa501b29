"""Somebody edits a question that was answered already: they are offered to have it answered anew."""

from typing import Any

import pytest

from core import texts
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, BEN, GENERAL, Workspace

pytestmark = pytest.mark.usefixtures("parley")


async def answered(workspace: Workspace, model: Model, user: str = ANN) -> str:
    await model.will_say("Lima.")
    ts = await workspace.say(user, "@Parley what is the capitol of Peru?")
    await workspace.reply(ts, "Lima.", settled=True)
    return ts


async def offered(workspace: Workspace) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        ephemerals = (await workspace.state())["ephemerals"]
        return next((one for one in ephemerals if one["text"] == texts.EDITED_SINCE), None)

    return await until(look)


async def press(workspace: Workspace, user: str, offer: dict[str, Any], **more: Any) -> None:
    where = {"user": user, "channel": GENERAL, "ts": offer["ts"], "action_id": "reply_anew"}
    await workspace.post("/control/actions", **where, **more)


async def test_the_answer_is_made_anew_in_place_and_the_offer_goes_away(workspace: Workspace, model: Model) -> None:
    ts = await answered(workspace, model)
    await workspace.edit(ANN, ts, "@Parley what is the capital of Chile?")
    offer = await offered(workspace)
    state = await workspace.state()
    ann = next(one["id"] for one in state["users"] if one["name"] == ANN)
    assert (offer["user"], offer["thread_ts"]) == (ann, ts)
    await model.will_say("Santiago.")
    await press(workspace, ANN, offer)
    await workspace.reply(ts, "Santiago.", settled=True)
    assert len(await workspace.replies(ts)) == 1
    assert [one["content"] for one in (await model.messages())[1:]] == ["Ann: what is the capital of Chile?"]

    async def gone() -> bool:
        return not (await workspace.state())["ephemerals"]

    await until(gone)


async def test_what_was_said_since_is_not_seen_by_the_answer_that_is_made_anew(
    workspace: Workspace, model: Model
) -> None:
    ts = await answered(workspace, model)
    await model.will_say("Second.")
    await workspace.say(BEN, "and of Bolivia?", thread_ts=ts)
    await workspace.reply(ts, "Second.", number=2, settled=True)
    await workspace.edit(ANN, ts, "@Parley what is the capital of Chile?")
    await model.will_say("Santiago.")
    await press(workspace, ANN, await offered(workspace))
    await workspace.reply(ts, "Santiago.", settled=True)
    assert [one["content"] for one in (await model.messages())[1:]] == ["Ann: what is the capital of Chile?"]


async def test_one_version_of_an_answer_is_offered_to_be_made_anew_once(workspace: Workspace, model: Model) -> None:
    ts = await answered(workspace, model)
    for country in ("Chile", "Bolivia", "Ecuador"):
        await workspace.edit(ANN, ts, f"@Parley what is the capital of {country}?")
    await offered(workspace)
    assert len(await workspace.calls("chat.postEphemeral")) == 1
    await model.will_say("Quito.")
    await press(workspace, ANN, await offered(workspace))
    await workspace.reply(ts, "Quito.", settled=True)
    await workspace.edit(ANN, ts, "@Parley what is the capital of Guyana?")

    async def again() -> bool:
        return len(await workspace.calls("chat.postEphemeral")) == 2

    await until(again)


async def test_only_the_asker_or_a_manager_may_have_it_answered_anew(workspace: Workspace, model: Model) -> None:
    """A press can be forged: what somebody may is looked up when they press."""
    ts = await answered(workspace, model)
    await workspace.edit(ANN, ts, "@Parley what is the capital of Chile?")
    offer = await offered(workspace)
    await press(workspace, BEN, offer)

    async def refused() -> bool:
        return texts.NOT_YOUR_REPLY in [one["text"] for one in (await workspace.state())["ephemerals"]]

    await until(refused)
    assert len(await model.requests()) == 1


async def test_an_edit_of_what_asked_nothing_offers_nothing(workspace: Workspace, model: Model) -> None:
    await workspace.command(ANN, "listen mention")
    ts = await answered(workspace, model)
    aside = await workspace.say(BEN, "I like Lima", thread_ts=ts)
    await workspace.edit(BEN, aside, "I love Lima")
    await model.will_say("Yes.")
    await workspace.say(ANN, "@Parley do you?", thread_ts=ts)
    await workspace.reply(ts, "Yes.", number=2, settled=True)
    assert await workspace.calls("chat.postEphemeral") == []
