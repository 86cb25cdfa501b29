"""Native streams, statuses and sessions."""

from typing import Any

import pytest

from bots.playground.slack.driving import LocalSlack, local_slack
from bots.playground.slack.rules import EVENT_TYPES, Rules

GENERAL = "C0GENERAL1"
FREE = Rules(rate_limits=False)
RECIPIENT = {"recipient_team_id": "T0PARLEY00", "recipient_user_id": "U0ANN00001"}


async def started(slack: LocalSlack) -> tuple[str, str]:
    root = await slack.say("ann", "general", "question")
    args: dict[str, Any] = {"channel": GENERAL, "thread_ts": root, "markdown_text": "He", **RECIPIENT}
    answer = await slack.call("chat.startStream", **args)
    assert answer["ok"], answer
    return root, answer["ts"]


async def test_a_stream_grows_and_is_finished() -> None:
    async with local_slack(FREE) as slack:
        _, ts = await started(slack)
        chunks = [
            {"type": "markdown_text", "text": "ll"},
            {"type": "task_update", "id": "1", "title": "t", "status": "complete"},
        ]
        await slack.call("chat.appendStream", channel=GENERAL, ts=ts, chunks=chunks)
        assert (await slack.messages())[1]["streaming"] is True
        done = await slack.call("chat.stopStream", channel=GENERAL, ts=ts, markdown_text="o")
        after = await slack.call("chat.appendStream", channel=GENERAL, ts=ts, markdown_text="!")
        edited = await slack.call("chat.update", channel=GENERAL, ts=ts, text="Hello!")
    assert done["message"]["text"] == "Hello"
    assert done["message"]["streaming_state"] == "completed"
    assert after["error"] == "message_not_in_streaming_state"
    assert edited["ok"]


async def test_an_open_stream_refuses_edits_and_deletion() -> None:
    async with local_slack(FREE) as slack:
        _, ts = await started(slack)
        assert (await slack.call("chat.update", channel=GENERAL, ts=ts, text="x"))["error"] == (
            "streaming_state_conflict"
        )
        assert (await slack.call("chat.delete", channel=GENERAL, ts=ts))["error"] == "cant_delete_message"


@pytest.mark.parametrize(
    ("missing", "error"),
    [
        ("thread_ts", "invalid_thread_ts"),
        ("recipient_team_id", "missing_recipient_team_id"),
        ("recipient_user_id", "missing_recipient_user_id"),
    ],
)
async def test_a_stream_in_a_channel_needs_its_thread_and_its_recipient(missing: str, error: str) -> None:
    async with local_slack(FREE) as slack:
        root = await slack.say("ann", "general", "question")
        args = {"channel": GENERAL, "thread_ts": root, **RECIPIENT}
        del args[missing]
        assert (await slack.call("chat.startStream", **args))["error"] == error


@pytest.mark.parametrize(
    "chunk",
    [
        {"type": "markdown_text"},
        {"type": "task_update", "id": "1", "title": "Look", "status": "done"},
        {"type": "task_update", "id": "1", "status": "complete"},
        {"type": "plan_update"},
    ],
)
async def test_a_piece_of_a_stream_that_is_not_whole_is_refused(chunk: dict[str, str]) -> None:
    async with local_slack(FREE) as slack:
        _, ts = await started(slack)
        answer = await slack.call("chat.appendStream", channel=GENERAL, ts=ts, chunks=[chunk])
    assert answer["error"] == "invalid_chunks"


async def test_a_stream_in_a_direct_message_needs_no_recipient() -> None:
    async with local_slack(FREE) as slack:
        root = await slack.say("ann", "D0ANN00001", "question")
        assert (await slack.call("chat.startStream", channel="D0ANN00001", thread_ts=root))["ok"]


async def test_pieces_over_12000_characters_are_refused_but_more_in_all_is_not() -> None:
    async with local_slack(FREE) as slack:
        _, ts = await started(slack)
        args = {"channel": GENERAL, "ts": ts}
        longer = await slack.call("chat.appendStream", **args, markdown_text="x" * 12_001)
        fits = [await slack.call("chat.appendStream", **args, markdown_text="x" * 12_000) for _ in range(2)]
    assert longer["error"] == "msg_too_long"
    assert all(answer["ok"] for answer in fits)


async def test_a_stream_ends_by_itself_after_its_lifetime() -> None:
    async with local_slack(Rules(rate_limits=False, stream_lifetime_s=0.0)) as slack:
        _, ts = await started(slack)
        stopped = await slack.call("chat.stopStream", channel=GENERAL, ts=ts)
        edited = await slack.call("chat.update", channel=GENERAL, ts=ts, text="whole")
    assert stopped["error"] == "message_not_in_streaming_state"
    assert edited["ok"]


async def test_the_stop_button_ends_the_stream_and_tells_the_app() -> None:
    async with local_slack(FREE) as slack:
        root, ts = await started(slack)
        async with slack.connected() as socket:
            await slack.control("POST", "stop", {"user": "ann", "channel": "general", "thread_ts": root})
            events = [(await socket.receive_json(timeout=5))["payload"]["event"] for _ in range(3)]
        after = await slack.call("chat.appendStream", channel=GENERAL, ts=ts, markdown_text="x")
    stop = next(event for event in events if event["type"] == "agent_session_stopped")
    assert (stop["thread_ts"], stop["streaming_message_ts"]) == (root, [ts])
    assert after["error"] == "stopped_by_user"


async def test_a_message_that_is_no_stream_of_the_app_takes_nothing() -> None:
    async with local_slack(FREE) as slack:
        theirs = await slack.say("ann", "general", "x")
        mine = (await slack.call("chat.postMessage", channel=GENERAL, text="x"))["ts"]
        errors = [
            (await slack.call("chat.appendStream", channel=GENERAL, ts=ts, markdown_text="x"))["error"]
            for ts in (theirs, mine, "1700000000.000100")
        ]
    assert errors == ["message_not_owned_by_app", "message_not_in_streaming_state", "message_not_found"]


async def test_a_status_goes_when_the_app_posts_or_when_its_time_is_up() -> None:
    async with local_slack(Rules(rate_limits=False, status_lifetime_s=0.05)) as slack:
        root = await slack.say("ann", "general", "x")
        args = {"channel_id": GENERAL, "thread_ts": root, "status": "is thinking…"}
        async with slack.watching() as watcher:
            await slack.call("assistant.threads.setStatus", **args)
            assert (await watcher.until("status"))["status"] == "is thinking…"
            assert (await watcher.until("status"))["status"] == ""
            await slack.control("PATCH", "rules", {"status_lifetime_s": 60.0})
            await slack.call("assistant.threads.setStatus", **args)
            await slack.call("chat.postMessage", channel=GENERAL, thread_ts=root, text="here")
            await watcher.until("status", lambda change: change["status"] == "is thinking…")
            assert (await watcher.until("status"))["status"] == ""


async def test_a_status_belongs_to_the_root_of_a_thread() -> None:
    async with local_slack(FREE) as slack:
        root = await slack.say("ann", "general", "x")
        reply = await slack.say("ann", "general", "y", thread_ts=root)
        args = {"channel_id": GENERAL, "thread_ts": reply, "status": "x"}
        assert (await slack.call("assistant.threads.setStatus", **args))["error"] == "invalid_thread_ts"


async def test_a_session_needs_an_agent_and_warns_without_the_stop_event() -> None:
    subscriptions = tuple(name for name in EVENT_TYPES if name != "agent_session_stopped")
    async with local_slack(FREE) as slack:
        root = await slack.say("ann", "general", "x")
        args = {"channel_id": GENERAL, "thread_ts": root, "status": "processing"}
        assert await slack.call("agents.sessions.setStatus", **args) == {"ok": True}
        await slack.control("PATCH", "rules", {"subscriptions": subscriptions})
        warned = await slack.call("agents.sessions.setStatus", **args)
        await slack.control("PATCH", "rules", {"is_agent": False})
        refused = await slack.call("agents.sessions.setStatus", **args)
        threads = (await slack.state())["threads"]
    assert warned["warning"] == "missing_agent_session_stopped_event_subscription"
    assert refused["error"] == "not_authorized"
    assert threads[0]["session_status"] == "processing"


async def test_one_to_four_prompts_can_be_suggested() -> None:
    prompts = [{"title": str(n), "message": str(n)} for n in range(5)]
    async with local_slack(FREE) as slack:
        args = {"channel_id": "D0ANN00001", "title": "Try"}
        many = await slack.call("assistant.threads.setSuggestedPrompts", **args, prompts=prompts)
        four = await slack.call("assistant.threads.setSuggestedPrompts", **args, prompts=prompts[:4])
        state = await slack.state()
    assert many["error"] == "invalid_arguments"
    assert four["ok"]
    assert state["prompts"]["D0ANN00001"]["prompts"] == prompts[:4]
