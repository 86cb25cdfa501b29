from typing import Any

import pytest

from core import texts
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, GENERAL, TEAM, Workspace, shown

pytestmark = pytest.mark.usefixtures("parley")

BOT = "<@U0PARLEY01>"


async def still_answers(workspace: Workspace, model: Model) -> None:
    """Parley answers as if nothing had happened, and has said nothing else."""
    await model.will_say("Still here.")
    ts = await workspace.say(ANN, "@Parley are you there?", channel="C0SUPPORT1")
    await workspace.reply(ts, "Still here.", channel="C0SUPPORT1")


async def test_a_mention_without_text_is_answered_with_a_hint(workspace: Workspace, model: Model) -> None:
    ts = await workspace.say(ANN, "@Parley")
    await workspace.reply(ts, texts.NO_QUESTION)
    assert await model.requests() == []


async def test_a_mention_without_text_in_a_thread_is_about_the_thread(workspace: Workspace, model: Model) -> None:
    await model.will_say("Ottawa.")
    ts = await workspace.say(ANN, "@Parley capital of Canada?")
    await workspace.reply(ts, "Ottawa.")
    await model.will_say("As I said.")
    await workspace.say(ANN, "@Parley", thread_ts=ts)
    await workspace.reply(ts, "As I said.", number=2)


async def test_forty_thousand_characters_reach_the_model(workspace: Workspace, model: Model) -> None:
    await model.will_say("That was long.")
    ts = await workspace.say(ANN, "@Parley " + "word " * 7_990)
    await workspace.reply(ts, "That was long.")
    assert len((await model.messages())[-1]["content"]) > 39_000


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("\u200bzero\u200bwidth", "\u200bzero\u200bwidth"),
        ("\u202eright to left", "\u202eright to left"),
        ("NUL\x00in here", "NULin here"),
        ("half \ud83d pair", "half \N{REPLACEMENT CHARACTER} pair"),
        ("AT&amp;T &lt;b&gt;", "AT&T <b>"),
        ("see <https://a.example|the page> and <#C0RANDOM01|random>", "see [the page](https://a.example) and #random"),
    ],
)
async def test_odd_characters_reach_the_model_readable(
    workspace: Workspace, model: Model, text: str, heard: str
) -> None:
    await model.will_say("Heard.")
    event = {
        "type": "message",
        "channel": GENERAL,
        "channel_type": "channel",
        "user": "U0ANN00001",
        "text": f"{BOT} {text}",
        "ts": "1795000000.000100",
        "event_ts": "1795000000.000100",
        "team": TEAM,
    }
    await workspace.post("/control/raw-events", event=event)

    async def asked() -> bool:
        return bool(await model.requests())

    await until(asked)
    assert (await model.messages())[-1]["content"] == f"Ann: {heard}"


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message", "channel": GENERAL, "text": f"{BOT} hi", "ts": "1795000000.000100"},
        {"type": "message", "channel": GENERAL, "user": None, "text": f"{BOT} hi", "ts": "1795000000.000100"},
        {"type": "message", "channel": GENERAL, "user": "U0ANN00001", "text": f"{BOT} hi"},
        {"type": "message", "channel": GENERAL, "user": "U0ANN00001", "text": f"{BOT} hi", "ts": "yesterday"},
        {"type": "message", "user": "U0ANN00001", "text": f"{BOT} hi", "ts": "1795000000.000100"},
        {"type": "message", "channel": GENERAL, "user": "U0ANN00001", "text": None, "ts": "1795000000.000100"},
        {"type": "message", "channel": GENERAL, "user": "U0ANN00001", "ts": "1795000000.000100"},
        {"type": "message", "channel": GENERAL, "user": "U0ANN00001", "text": 7, "ts": "1795000000.000100"},
        {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "channel": GENERAL,
            "ts": "1795000000.000200",
            "message": {"type": "message", "user": "U0ANN00001", "text": f"{BOT} hi", "ts": "1795000000.000100"},
        },
        {"type": "message", "channel": GENERAL, "user": "U0PARLEY01", "text": f"{BOT} hi", "ts": "1795000000.000100"},
        {
            "type": "message",
            "subtype": "bot_message",
            "bot_id": "B0DEPLOY01",
            "channel": GENERAL,
            "text": f"{BOT} hi",
            "ts": "1795000000.000100",
        },
        {"type": "a_thing_that_slack_may_invent", "channel": GENERAL},
        {},
    ],
)
async def test_an_odd_event_is_acknowledged_and_answered_by_nothing(
    workspace: Workspace, model: Model, event: dict[str, Any]
) -> None:
    event_id = (await workspace.post("/control/raw-events", event=event))["event_id"]

    async def acknowledged() -> bool:
        sent = await workspace.get("/control/events-sent")
        return any(one["event_id"] == event_id and one["acked"] for one in sent)

    await until(acknowledged)
    await still_answers(workspace, model)
    assert len(await workspace.calls("chat.postMessage")) == 1


@pytest.mark.parametrize("frame", ["not json", "[]", "{}", '{"type":"events_api"}', '{"envelope_id":"1","type":"x"}'])
async def test_a_malformed_frame_does_no_harm(workspace: Workspace, model: Model, frame: str) -> None:
    await workspace.post("/control/raw-events", frame=frame)
    await still_answers(workspace, model)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"chunks": []}, texts.EMPTY_ANSWER),
        ({"chunks": ["  \n "]}, texts.EMPTY_ANSWER),
        ({"status": 200, "body": "<html>Sign in</html>", "content_type": "text/html"}, "no chat completions API"),
        ({"status": 401, "body": {"error": {"message": "bad key", "code": "invalid_api_key"}}}, "refused my key"),
        ({"status": 404, "body": {"error": {"message": "none", "code": "model_not_found"}}}, "was not found"),
        ({"status": 400, "body": {"error": {"message": "x", "code": "context_length_exceeded"}}}, "longer than"),
        ({"error_event": {"message": "overloaded", "code": "overloaded"}, "chunks": [], "times": 3}, "broke off"),
        ({"raw": "data: {broken\n\n", "times": 2}, "was garbled"),
    ],
)
async def test_a_model_that_gives_no_answer_is_said_in_a_sentence(
    workspace: Workspace, model: Model, answer: dict[str, Any], said: str
) -> None:
    await model.post("/control/answers", **answer)
    ts = await workspace.say(ANN, "@Parley hello")

    async def told() -> str | None:
        replies = await workspace.replies(ts)
        return shown(replies[0]) if replies else None

    assert said in await until(told)
    await still_answers(workspace, model)


@pytest.mark.parametrize(
    "how", [{"cut_after": 2}, {"reset_after": 2}, {"error_event": {"code": "x"}, "error_after": 2}]
)
async def test_a_broken_stream_keeps_the_text_so_far_and_says_so(
    workspace: Workspace, model: Model, how: dict[str, Any]
) -> None:
    await model.post("/control/answers", chunks=["One ", "two ", "three"], **how)
    ts = await workspace.say(ANN, "@Parley count")

    async def told() -> str | None:
        replies = await workspace.replies(ts)
        return shown(replies[0]) if replies and shown(replies[0]).endswith("_") else None

    text = await until(told)
    assert text.startswith("One two")
    assert len(await workspace.replies(ts)) == 1


async def test_an_endpoint_that_does_not_stream_is_understood(workspace: Workspace, model: Model) -> None:
    body = {"choices": [{"message": {"role": "assistant", "content": "All at once."}, "finish_reason": "stop"}]}
    await model.post("/control/answers", status=200, body=body)
    ts = await workspace.say(ANN, "@Parley hello")
    await workspace.reply(ts, "All at once.")
