from typing import Any

import pytest

from core import texts
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, BEN, CHLOE, GENERAL, Workspace, is_settled, shown

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
