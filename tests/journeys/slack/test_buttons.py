import asyncio
import json
from typing import Any

import pytest

from core import texts
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, BEN, CHLOE, GENERAL, TEAM, Workspace, is_settled, shown

pytestmark = pytest.mark.usefixtures("parley")


async def visible(workspace: Workspace, ts: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        replies = await workspace.replies(ts)
        return replies[0] if replies else None

    return await until(look)


async def press(workspace: Workspace, user: str, reply: dict[str, Any], action_id: str, **more: Any) -> None:
    await workspace.post("/control/actions", user=user, channel=GENERAL, ts=reply["ts"], action_id=action_id, **more)


async def told(workspace: Workspace) -> str:
    """What the last ephemeral message says, once there is one."""

    async def look() -> str | None:
        ephemerals = (await workspace.state())["ephemerals"]
        return str(ephemerals[-1]["text"]) if ephemerals else None

    return await until(look)


async def growing(workspace: Workspace, model: Model, asker: str = ANN) -> tuple[str, dict[str, Any]]:
    """A reply that has begun to show and will not end by itself."""
    await model.will_say("One two three four", hold=True, hold_after=2)
    ts = await workspace.say(asker, "@Parley count")
    return ts, await visible(workspace, ts)


async def test_stop_ends_the_model_call_and_keeps_the_text_so_far(workspace: Workspace, model: Model) -> None:
    ts, reply = await growing(workspace, model)
    await press(workspace, ANN, reply, "reply_stop")

    async def stopped() -> str | None:
        text = shown((await workspace.replies(ts))[0])
        return text if text.endswith(f"_{texts.STOPPED}_") else None

    assert (await until(stopped, 1.5)).startswith("One two")
    assert (await model.get("/control/requests"))["requests"][-1]["disconnected"]


async def test_a_stopped_reply_lets_its_thread_go_on(workspace: Workspace, model: Model) -> None:
    ts, reply = await growing(workspace, model)
    await press(workspace, ANN, reply, "reply_stop")
    await model.will_say("Going on.")
    await workspace.say(ANN, "never mind", thread_ts=ts)
    await workspace.reply(ts, "Going on.", number=2)


async def test_only_the_asker_or_an_admin_may_stop(workspace: Workspace, model: Model) -> None:
    _, reply = await growing(workspace, model, asker=BEN)
    await press(workspace, CHLOE, reply, "reply_stop")
    assert await told(workspace) == texts.NOT_YOUR_REPLY
    assert not (await model.get("/control/requests"))["requests"][-1]["disconnected"]
    await press(workspace, ANN, reply, "reply_stop")

    async def stopped() -> bool:
        return bool((await model.get("/control/requests"))["requests"][-1]["disconnected"])

    await until(stopped)


async def test_regenerate_puts_another_version_in_the_place_of_the_first(workspace: Workspace, model: Model) -> None:
    await model.will_say("First.")
    ts = await workspace.say(ANN, "@Parley hello")
    first = await workspace.reply(ts, "First.", settled=True)
    await model.will_say("Second.")
    await press(workspace, ANN, first, "reply_again")
    second = await workspace.reply(ts, "Second.", settled=True)
    assert second["ts"] == first["ts"]
    assert len(await workspace.replies(ts)) == 1
    assert [message["content"] for message in (await model.messages())[1:]] == ["Ann: hello"]


async def test_a_shorter_version_leaves_no_messages_of_the_longer_one(workspace: Workspace, model: Model) -> None:
    await model.will_say("word " * 1_500)
    ts = await workspace.say(ANN, "@Parley write a lot")

    async def long() -> dict[str, Any] | None:
        replies = await workspace.replies(ts)
        return replies[-1] if len(replies) == 2 and is_settled(replies[-1]) else None

    last = await until(long)
    await model.will_say("Short.")
    await press(workspace, ANN, last, "reply_again")

    async def short() -> bool:
        return [shown(message) for message in await workspace.replies(ts)] == ["Short."]

    await until(short)


async def test_thumbs_are_thanked_for(workspace: Workspace, model: Model) -> None:
    await model.will_say("First.")
    ts = await workspace.say(ANN, "@Parley hello")
    reply = await workspace.reply(ts, "First.", settled=True)
    choice = reply["blocks"][-1]["elements"][0]["positive_button"]["value"]
    await press(workspace, BEN, reply, "reply_feedback", value=choice)
    assert await told(workspace) == texts.THANKS


async def test_a_second_press_of_stop_changes_nothing(workspace: Workspace, model: Model) -> None:
    ts, reply = await growing(workspace, model)
    await asyncio.gather(*(press(workspace, ANN, reply, "reply_stop") for _ in range(3)))

    async def stopped() -> bool:
        return is_settled((await workspace.replies(ts))[0])

    await until(stopped)
    assert shown((await workspace.replies(ts))[0]).count(texts.STOPPED) == 1
    await model.will_say("Going on.")
    await workspace.say(ANN, "never mind", thread_ts=ts)
    await workspace.reply(ts, "Going on.", number=2)


async def test_a_second_press_of_regenerate_makes_no_third_version(workspace: Workspace, model: Model) -> None:
    await model.will_say("First.")
    ts = await workspace.say(ANN, "@Parley hello")
    first = await workspace.reply(ts, "First.", settled=True)
    await model.will_say("Second.", first_token_s=0.5)
    await asyncio.gather(*(press(workspace, ANN, first, "reply_again") for _ in range(3)))
    assert await told(workspace) == texts.NOTHING_TO_REDO
    await workspace.reply(ts, "Second.", settled=True)
    assert len(await model.requests()) == 2


async def test_an_older_answer_is_made_anew_without_what_came_later(workspace: Workspace, model: Model) -> None:
    await model.will_say("First.")
    ts = await workspace.say(ANN, "@Parley one")
    first = await workspace.reply(ts, "First.", settled=True)
    await model.will_say("Second.")
    await workspace.say(ANN, "two", thread_ts=ts)
    await workspace.reply(ts, "Second.", number=2, settled=True)
    await model.will_say("Other.")
    await press(workspace, ANN, first, "reply_again")
    await workspace.reply(ts, "Other.", settled=True)
    assert [message["content"] for message in (await model.messages())[1:]] == ["Ann: one"]
    assert [shown(reply) for reply in await workspace.replies(ts)] == ["Other.", "Second."]


async def test_an_answer_that_was_deleted_meanwhile_is_posted_anew(workspace: Workspace, model: Model) -> None:
    await model.will_say("First.")
    ts = await workspace.say(ANN, "@Parley hello")
    first = await workspace.reply(ts, "First.", settled=True)
    await model.will_say("Second.", first_token_s=0.5)
    await press(workspace, ANN, first, "reply_again")
    await workspace.delete(f"/control/messages?user=ann&channel={GENERAL}&ts={first['ts']}")

    async def posted_or_left() -> bool:
        return bool((await model.requests())[-1]) and len(await model.requests()) == 2

    await until(posted_or_left)
    await model.will_say("Third.")
    await workspace.say(ANN, "and?", thread_ts=ts)

    async def goes_on() -> bool:
        return any(shown(reply) == "Third." for reply in await workspace.replies(ts))

    await until(goes_on)


@pytest.mark.parametrize("value", [":1", "good:1", ":99", ":", "", "x:1", "bad:1:1", f":{10**30}", ":-1", None, 7])
@pytest.mark.parametrize("team", ["T0ELSEWHERE", TEAM])
async def test_a_forged_press_does_nothing(workspace: Workspace, model: Model, value: Any, team: str) -> None:
    ts, _ = await growing(workspace, model, asker=BEN)
    forged = {
        "type": "block_actions",
        "team": {"id": team},
        "user": {"id": "U0CHLOE001"},
        "container": {"type": "message"},
        "channel": {"id": GENERAL},
        "actions": [{"type": "button", "action_id": "reply_stop", "block_id": "b", "value": value}],
    }
    frame = {"envelope_id": "forged", "type": "interactive", "payload": forged, "accepts_response_payload": False}
    await workspace.post("/control/raw-events", frame=json.dumps(frame))
    await asyncio.sleep(0.1)
    assert not (await model.get("/control/requests"))["requests"][-1]["disconnected"]
    await model.post("/control/release")
    await workspace.reply(ts, "One two three four")
