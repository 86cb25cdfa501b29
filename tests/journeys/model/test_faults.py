"""Every way in which a model can fail, over real HTTP: what people read, and how often the model was asked."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from core import texts
from core.errors import Fault
from tests.journeys.control import Model, until
from tests.journeys.model.conftest import Start
from tests.journeys.slack.workspace import ANN, GENERAL, Workspace, is_settled, shown

QUICK = {"PARLEY_FIRST_TOKEN_S": 0.6, "PARLEY_IDLE_S": 0.4, "PARLEY_TOTAL_S": 20}
TOLD = texts.MODEL_TROUBLE
BROKE_OFF = {"message": "the provider broke", "code": "provider_error"}


def error(code: str | None = None, **more: Any) -> dict[str, Any]:
    return {"error": {"message": "no", "type": "invalid_request_error", "param": None, "code": code, **more}}


@dataclass(frozen=True, kw_only=True)
class Row:
    """What the model does, time and again, and what comes of it."""

    answer: dict[str, Any]
    fault: Fault
    asked: int = 1
    partial: str = ""
    settings: dict[str, Any] = field(default_factory=dict)


ROWS = {
    "401": Row(answer={"status": 401, "body": error("invalid_api_key")}, fault=Fault.REFUSED_KEY),
    "402": Row(answer={"status": 402, "body": error()}, fault=Fault.NO_CREDIT),
    "403": Row(answer={"status": 403, "body": error()}, fault=Fault.REFUSED_KEY),
    "404 model": Row(answer={"status": 404, "body": error("model_not_found")}, fault=Fault.NO_MODEL),
    "404 page": Row(answer={"status": 404, "body": "<html></html>", "content_type": "text/html"}, fault=Fault.NO_MODEL),
    "408": Row(answer={"status": 408, "body": error()}, fault=Fault.TIMED_OUT, asked=2),
    "409": Row(answer={"status": 409, "body": error()}, fault=Fault.CONFLICT, asked=3),
    "413": Row(answer={"status": 413, "body": error()}, fault=Fault.TOO_LONG),
    "too long": Row(answer={"status": 400, "body": error("context_length_exceeded")}, fault=Fault.TOO_LONG),
    "400": Row(answer={"status": 400, "body": error()}, fault=Fault.INVALID),
    "422": Row(answer={"status": 422, "body": {"detail": [{"msg": "no"}]}}, fault=Fault.INVALID),
    "blocked": Row(answer={"status": 400, "body": error("content_filter")}, fault=Fault.BLOCKED),
    "429": Row(answer={"status": 429, "body": error("rate_limit_exceeded")}, fault=Fault.LIMITED, asked=4),
    "429, in an hour": Row(
        answer={"status": 429, "body": error(), "headers": {"Retry-After": "3600"}}, fault=Fault.LIMITED
    ),
    "no quota": Row(answer={"status": 429, "body": error("insufficient_quota")}, fault=Fault.NO_CREDIT),
    "500": Row(answer={"status": 500, "body": error()}, fault=Fault.DOWN, asked=3),
    "503 page": Row(answer={"status": 503, "body": "<html>", "content_type": "text/html"}, fault=Fault.DOWN, asked=3),
    "529": Row(answer={"status": 529, "body": error(type="overloaded_error")}, fault=Fault.DOWN, asked=3),
    "200 with an error": Row(answer={"raw": '{"error": {"message": "no", "code": 402}}'}, fault=Fault.NO_CREDIT),
    "200 with a page": Row(answer={"raw": "<html>Sign in</html>", "content_type": "text/html"}, fault=Fault.NO_API),
    "error event": Row(answer={"chunks": [], "error_event": BROKE_OFF}, fault=Fault.BROKEN, asked=3),
    "error event after a text": Row(
        answer={"text": "Half an answer", "error_event": BROKE_OFF}, fault=Fault.BROKEN, partial="Half an answer"
    ),
    "bad JSON": Row(answer={"raw": "data: {broken\n\n"}, fault=Fault.GARBLED, asked=2),
    "bad JSON after a text": Row(
        answer={"raw": 'data: {"choices":[{"delta":{"content":"Half."}}]}\n\ndata: {broken\n\n'},
        fault=Fault.GARBLED,
        partial="Half.",
    ),
    "cut off before any text": Row(answer={"text": "never", "cut_after": 0}, fault=Fault.EMPTY, asked=2),
    "reset after a text": Row(
        answer={"text": "One two three four", "reset_after": 2, "tokens_per_s": 20},
        fault=Fault.BROKEN,
        partial="One two",
    ),
    "silent": Row(answer={"text": "never", "hold": True}, fault=Fault.SILENT, settings=QUICK),
    "stalled": Row(
        answer={"text": "One two three", "hold": True, "hold_after": 2},
        fault=Fault.STALLED,
        partial="One two",
        settings=QUICK,
    ),
    "too slow in all": Row(
        answer={"chunks": ["a"] * 200, "tokens_per_s": 20},
        fault=Fault.OVERTIME,
        partial="aaa",
        settings={"PARLEY_TOTAL_S": 1.0},
    ),
    "endless": Row(answer={"chunks": ["word " * 200] * 600}, fault=Fault.ENDLESS, partial="word word"),
}


async def told(workspace: Workspace, ts: str) -> list[dict[str, Any]]:
    """What Parley has said to a message, once it will say no more."""

    async def look() -> list[dict[str, Any]] | None:
        replies = await workspace.replies(ts)
        return replies if replies and is_settled(replies[-1]) else None

    return await until(look)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
async def test_each_fault_is_told_in_one_sentence_and_keeps_what_was_said(
    workspace: Workspace, model: Model, parley: Start, row: Row
) -> None:
    await model.will_say(**row.answer, times=9)
    async with parley(**row.settings):
        replies = await told(workspace, await workspace.say(ANN, "@Parley hello"))
        first, last = shown(replies[0]), shown(replies[-1])
        sentence = f"{TOLD[row.fault]} (Reference: r1)"
        assert first.startswith(row.partial)
        assert last in (f"_{sentence}_", sentence) or (row.partial and last.endswith(f"\n\n_{sentence}_"))
        assert len(await model.requests()) == row.asked
        await model.delete("/control/answers")


async def test_the_button_below_a_fault_has_another_version_made_in_its_place(
    workspace: Workspace, model: Model, parley: Start
) -> None:
    await model.will_say("Half an answer", error_event=BROKE_OFF)
    async with parley():
        ts = await workspace.say(ANN, "@Parley hello")
        (broken,) = await told(workspace, ts)
        await model.will_say("A whole answer.")
        await workspace.post("/control/actions", user=ANN, channel=GENERAL, ts=broken["ts"], action_id="reply_again")
        whole = await workspace.reply(ts, "A whole answer.", settled=True)
        assert whole["ts"] == broken["ts"]
        assert [message["content"] for message in (await model.messages())[1:]] == ["Ann: hello"]


async def test_nothing_listens_there(workspace: Workspace, parley: Start) -> None:
    async with parley(OPENAI_BASE_URL="http://127.0.0.1:9/v1"):
        (reply,) = await told(workspace, await workspace.say(ANN, "@Parley hello"))
        assert shown(reply) == f"{texts.UNREACHABLE} (Reference: r1)"


@contextmanager
def unanswering() -> Iterator[str]:
    """An address where nobody takes a connection up: its queue is full."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"


async def test_nobody_takes_a_connection_up_there(workspace: Workspace, parley: Start) -> None:
    with unanswering() as url:
        async with parley(OPENAI_BASE_URL=url, **QUICK):
            (reply,) = await told(workspace, await workspace.say(ANN, "@Parley hello"))
            assert shown(reply) == f"{TOLD[Fault.SILENT]} (Reference: r1)"


@pytest.mark.parametrize("kind", ["drop", "lose"])
async def test_a_connection_that_breaks_before_the_answer_is_made_again(
    workspace: Workspace, model: Model, parley: Start, kind: str
) -> None:
    await model.fault("chat.completions", kind, times=2)
    await model.will_say("Hello.", times=3)
    async with parley():
        await workspace.reply(await workspace.say(ANN, "@Parley hello"), "Hello.")
        assert len(await model.requests()) == 3


async def test_a_provider_that_says_when_is_asked_then(workspace: Workspace, model: Model, parley: Start) -> None:
    await model.fault("chat.completions", "limited", retry_after_s=1)
    await model.will_say("Hello.")
    async with parley():
        await workspace.reply(await workspace.say(ANN, "@Parley hello"), "Hello.")
        first, then = (await model.get("/control/requests"))["requests"]
        assert then["began"] - first["ended"] >= 1.0


ENDINGS: dict[str, tuple[dict[str, Any], str]] = {
    "length": ({"text": "Half", "finish_reason": "length"}, f"Half\n\n_{texts.ENDINGS['length']}_"),
    "filtered": ({"text": "Half", "finish_reason": "content_filter"}, f"Half\n\n_{texts.ENDINGS['content_filter']}_"),
    "cut off": ({"text": "Half way", "cut_after": 1}, f"Half\n\n_{texts.ENDINGS['']}_"),
    "refusal": ({"text": "I cannot help with that.", "refusal": True}, "I cannot help with that."),
    "nothing": ({"chunks": []}, texts.EMPTY_ANSWER),
    "only thoughts": ({"chunks": [], "thoughts": ["hm"], "finish_reason": "length"}, texts.THOUGHT_ONLY),
    "all filtered": ({"chunks": [], "finish_reason": "content_filter"}, TOLD[Fault.BLOCKED]),
    "thoughts": ({"chunks": ["Hello."], "thoughts": ["they greet", " me"]}, "Hello."),
    "thoughts in the text": ({"chunks": ["<th", "ink>they greet</thi", "nk>\n\nHello."]}, "Hello."),
    "a finish of its own": ({"text": "Hello.", "finish_reason": "eos"}, "Hello."),
}


@pytest.mark.parametrize(("answer", "said"), ENDINGS.values(), ids=ENDINGS.keys())
async def test_each_ending_is_shown_for_what_it_is(
    workspace: Workspace, model: Model, parley: Start, answer: dict[str, Any], said: str
) -> None:
    await model.patch("/control/rules", kind="openrouter")
    await model.will_say(**answer)
    async with parley():
        (reply,) = await told(workspace, await workspace.say(ANN, "@Parley hello"))
        assert shown(reply) == said


async def test_a_dead_provider_is_left_alone_for_a_moment_and_then_tried_again(
    workspace: Workspace, model: Model, parley: Start
) -> None:
    await model.will_say(status=500, body=error(), times=99)
    async with parley():
        for number in range(2):
            await told(workspace, await workspace.say(ANN, f"@Parley hello {number}"))
        asked = len(await model.requests())
        assert asked == 5
        (reply,) = await told(workspace, await workspace.say(ANN, "@Parley hello again"))
        assert TOLD[Fault.RESTING] in shown(reply)
        assert len(await model.requests()) == asked
