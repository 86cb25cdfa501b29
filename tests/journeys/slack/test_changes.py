import asyncio
from typing import Any

import pytest

from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, BEN, GENERAL, Workspace, shown

pytestmark = pytest.mark.usefixtures("parley")

LINK = [{"title": "A page", "title_link": "https://example.com"}]


async def delete(workspace: Workspace, user: str, ts: str, channel: str = GENERAL) -> None:
    await workspace.delete(f"/control/messages?user={user}&channel={channel}&ts={ts}")


async def growing(workspace: Workspace, model: Model) -> tuple[str, dict[str, Any]]:
    """A reply that has begun to show and will not end by itself."""
    await model.will_say("One two three four", hold=True, hold_after=2)
    ts = await workspace.say(ANN, "@Parley count")

    async def look() -> dict[str, Any] | None:
        replies = await workspace.replies(ts)
        return replies[0] if replies else None

    return ts, await until(look)


async def called_off(model: Model, patience_s: float = 1.0) -> None:
    async def look() -> bool:
        return bool((await model.get("/control/requests"))["requests"][-1]["disconnected"])

    await until(look, patience_s)


async def asked(model: Model) -> list[str]:
    return [message["content"] for message in (await model.messages())[1:]]


async def test_an_edit_before_the_answer_starts_is_what_is_answered(workspace: Workspace, model: Model) -> None:
    await model.will_say("First.", hold=True)
    ts = await workspace.say(ANN, "@Parley one")

    async def held() -> bool:
        return bool((await model.get("/control/answers"))["held"])

    await until(held)
    second = await workspace.say(ANN, "@Parley what is the capitol of Peru?", thread_ts=ts)
    await workspace.edit(ANN, second, "@Parley what is the capital of Chile, @Ben?")
    await model.will_say("Santiago.")
    await model.post("/control/release")
    await workspace.reply(ts, "Santiago.", number=2)
    assert (await asked(model))[-1] == "Ann: what is the capital of Chile, @Ben?"


async def test_a_later_edit_changes_what_is_remembered_and_asks_nothing(workspace: Workspace, model: Model) -> None:
    await model.will_say("First.")
    ts = await workspace.say(ANN, "@Parley I live in Rome")
    await workspace.reply(ts, "First.", settled=True)
    await workspace.edit(ANN, ts, "@Parley I live in Oslo")
    await model.will_say("Oslo.")
    await workspace.say(ANN, "where do I live?", thread_ts=ts)
    await workspace.reply(ts, "Oslo.", number=2)
    assert await asked(model) == ["Ann: I live in Oslo", "First.", "Ann: where do I live?"]
    assert len(await model.requests()) == 2


async def test_an_unfurled_link_changes_nothing(workspace: Workspace, model: Model) -> None:
    await model.will_say("First.")
    ts = await workspace.say(ANN, "@Parley read https://example.com")
    await workspace.reply(ts, "First.", settled=True)
    await workspace.patch("/control/messages", channel=GENERAL, ts=ts, attachments=LINK)
    await workspace.heard("message_changed", ts)
    await model.will_say("Second.")
    await workspace.say(ANN, "and?", thread_ts=ts)
    await workspace.reply(ts, "Second.", number=2)
    assert await asked(model) == ["Ann: read https://example.com", "First.", "Ann: and?"]
    assert len(await model.requests()) == 2


async def test_a_deleted_message_is_forgotten(workspace: Workspace, model: Model) -> None:
    await model.will_say("First.")
    ts = await workspace.say(ANN, "@Parley hello")
    await workspace.reply(ts, "First.", settled=True)
    await model.will_say("Second.")
    secret = await workspace.say(BEN, "my password is hunter2", thread_ts=ts)
    await workspace.reply(ts, "Second.", number=2, settled=True)
    await delete(workspace, BEN, secret)
    await workspace.heard("message_deleted", secret)
    await model.will_say("Third.")
    await workspace.say(ANN, "what did Ben say?", thread_ts=ts)
    await workspace.reply(ts, "Third.", number=3)
    assert "hunter2" not in str(await model.messages())


async def test_a_deleted_root_that_leaves_a_tombstone_is_forgotten(workspace: Workspace, model: Model) -> None:
    await model.will_say("First.")
    ts = await workspace.say(ANN, "@Parley my password is hunter2")
    await workspace.reply(ts, "First.", settled=True)
    await delete(workspace, ANN, ts)
    await workspace.heard("message_changed", ts)
    await model.will_say("Second.")
    await workspace.say(ANN, "and?", thread_ts=ts)
    await workspace.reply(ts, "Second.", number=2)
    assert "hunter2" not in str(await model.messages())
    assert "deleted" not in str(await asked(model))


async def test_an_answer_that_is_deleted_is_forgotten(workspace: Workspace, model: Model) -> None:
    await model.will_say("The launch is on Friday.")
    ts = await workspace.say(ANN, "@Parley when is the launch?")
    reply = await workspace.reply(ts, "The launch is on Friday.", settled=True)
    await delete(workspace, ANN, reply["ts"])
    await workspace.heard("message_deleted", reply["ts"])
    await model.will_say("Second.")
    await workspace.say(ANN, "and?", thread_ts=ts)
    await workspace.reply(ts, "Second.")
    assert await asked(model) == ["Ann: when is the launch?\n\nAnn: and?"]


async def test_deleting_the_reply_while_it_grows_stops_it_and_reposts_nothing(
    workspace: Workspace, model: Model
) -> None:
    ts, reply = await growing(workspace, model)
    await delete(workspace, ANN, reply["ts"])
    await called_off(model)
    await model.will_say("Going on.")
    await workspace.say(ANN, "never mind", thread_ts=ts)
    await workspace.reply(ts, "Going on.", settled=True)
    assert len(await workspace.replies(ts)) == 1
    assert len(await workspace.calls("chat.postMessage")) == 2


async def test_deleting_the_question_stops_its_reply(workspace: Workspace, model: Model) -> None:
    ts, _ = await growing(workspace, model)
    await delete(workspace, ANN, ts)
    await called_off(model)

    async def marked() -> bool:
        return "Stopped" in shown((await workspace.replies(ts))[0])

    await until(marked)


async def test_changes_that_make_no_sense_are_acknowledged_and_left(workspace: Workspace, model: Model) -> None:
    broken: list[dict[str, Any]] = [
        {"subtype": "message_changed"},
        {"subtype": "message_changed", "message": None},
        {"subtype": "message_changed", "message": {"ts": "no", "text": "x"}},
        {"subtype": "message_changed", "message": {"ts": "1.1", "text": None}, "previous_message": []},
        {"subtype": "message_changed", "message": {"ts": "1.1", "text": "x", "edited": {"ts": "x"}}},
        {"subtype": "message_deleted", "deleted_ts": 7},
        {"subtype": "message_deleted", "channel": None, "deleted_ts": "1.1"},
    ]
    ids = [
        (await workspace.post("/control/raw-events", event={"type": "message", "channel": GENERAL} | one))["event_id"]
        for one in broken
    ]

    async def acknowledged() -> bool:
        sent = await workspace.get("/control/events-sent")
        return {one["event_id"] for one in sent if one["acked"]} >= set(ids)

    await asyncio.wait_for(until(acknowledged), 2.5)
    assert await model.requests() == []


async def test_a_mention_that_an_edit_adds_is_answered_once(workspace: Workspace, model: Model) -> None:
    ts = await workspace.say(ANN, "what is the capital of Chile?")
    await model.will_say("Santiago.")
    await workspace.edit(ANN, ts, "@Parley what is the capital of Chile?")
    await workspace.reply(ts, "Santiago.", settled=True)
    await workspace.edit(ANN, ts, "@Parley what is the capital of Chile, please?")
    await workspace.edit(ANN, ts, "no question any more")
    await workspace.edit(ANN, ts, "@Parley what is the capital of Chile?")
    await model.will_say("Hello.")
    other = await workspace.say(ANN, "@Parley hello")
    await workspace.reply(other, "Hello.")
    assert (len(await workspace.replies(ts)), len(await model.requests())) == (1, 2)


async def test_a_mention_that_an_edit_adds_is_answered_where_only_mentions_are(
    workspace: Workspace, model: Model
) -> None:
    await workspace.command(ANN, "listen mention")
    await model.will_say("Hello.")
    root = await workspace.say(ANN, "@Parley hello")
    await workspace.reply(root, "Hello.", settled=True)
    ts = await workspace.say(BEN, "what is the capital of Chile?", thread_ts=root)
    await model.will_say("Santiago.")
    await workspace.edit(BEN, ts, "@Parley what is the capital of Chile?")
    await workspace.reply(root, "Santiago.", number=2, settled=True)
    assert (await asked(model))[-1] == "Ben: what is the capital of Chile?"
    assert len(await model.requests()) == 2


async def test_a_mention_that_an_edit_adds_to_what_was_answered_asks_nothing(
    workspace: Workspace, model: Model
) -> None:
    await model.will_say("Hello.")
    root = await workspace.say(ANN, "@Parley hello")
    await workspace.reply(root, "Hello.", settled=True)
    await model.will_say("Santiago.")
    ts = await workspace.say(BEN, "what is the capital of Chile?", thread_ts=root)
    await workspace.reply(root, "Santiago.", number=2, settled=True)
    await workspace.edit(BEN, ts, "@Parley what is the capital of Chile?")
    await model.will_say("Bye.")
    await workspace.say(ANN, "bye", thread_ts=root)
    await workspace.reply(root, "Bye.", number=3)
    assert len(await model.requests()) == 3
