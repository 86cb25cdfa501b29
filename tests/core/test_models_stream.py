import json
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import faults
from core.errors import Fault, ModelTrouble
from core.stream import MOST_CHARACTERS, MOST_LINE_BYTES, Decoder, Finish


def event(**chunk: Any) -> bytes:
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def said(reason: str | None = None, **delta: Any) -> bytes:
    return event(choices=[{"delta": delta, "finish_reason": reason}])


def read(*parts: bytes) -> tuple[str, Finish]:
    decoder = Decoder(Finish())
    texts = [text for part in parts for text in decoder.feed(part)]
    return "".join([*texts, *decoder.end()]), decoder.finish


WHOLE = b": hello\n\n" + said(content="Ä") + said(content="<think>x</think>b") + said("stop") + b"data: [DONE]\n\n"


@given(st.lists(st.integers(0, len(WHOLE)), max_size=8))
def test_a_stream_may_be_cut_anywhere(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(WHOLE)]
    parts = [WHOLE[start:end] for start, end in pairwise(places)]
    text, finish = read(*parts)
    assert (text, finish.reason) == ("Äb", "stop")


def test_the_last_line_needs_no_end() -> None:
    assert read(said(content="a") + said("stop").rstrip())[1].reason == "stop"


def test_lines_may_end_as_on_windows() -> None:
    assert read(WHOLE.replace(b"\n", b"\r\n"))[0] == "Äb"


def test_reasoning_is_no_text_but_a_sign_of_life() -> None:
    decoder = Decoder(Finish())
    assert list(decoder.feed(said(reasoning_content="hm") + said(reasoning="hm"))) == []
    assert decoder.live == 2
    assert decoder.finish.thought
    assert list(decoder.feed(b": keep-alive\n\n")) == []
    assert decoder.live == 2


def test_the_parts_of_an_answer_are_its_text_without_those_of_thinking() -> None:
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "Hi."}]
    assert read(said(content=parts))[0] == "Hi."
    decoder = Decoder(Finish())
    assert list(decoder.feed(said(content=parts[:1]))) == []
    assert (decoder.live, decoder.finish.thought) == (1, True)


def test_a_refusal_is_text() -> None:
    text, finish = read(said(refusal="I cannot.") + said("stop"))
    assert (text, finish.refused) == ("I cannot.", True)


def test_usage_is_read_with_its_details() -> None:
    usage = {
        "prompt_tokens": 9,
        "completion_tokens": 5,
        "prompt_tokens_details": {"cached_tokens": 4},
        "completion_tokens_details": {"reasoning_tokens": 3},
        "cost": 0.0012,
    }
    finish = read(said("stop") + event(choices=[], usage=usage, model="big"))[1]
    assert (finish.tokens_in, finish.tokens_out, finish.tokens_cached, finish.tokens_reasoning) == (9, 5, 4, 3)
    assert (finish.cost_usd, finish.model) == (Decimal("0.0012"), "big")


@pytest.mark.parametrize(
    "odd",
    [
        {"usage": {"prompt_tokens": 9, "completion_tokens": 5, "cost": {"total_cost": 0.005}}},
        {"usage": {"prompt_tokens": 9.0, "completion_tokens": 5, "prompt_tokens_details": [], "cost": -1}},
        {"usage": {"prompt_tokens": 9, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": "4"}}},
        {"usage": {"prompt_tokens": 9, "completion_tokens": 5}, "model": ["m"], "object": 5},
    ],
)
def test_what_an_answer_can_do_without_may_be_of_any_type(odd: dict[str, Any]) -> None:
    text, finish = read(said(content="Whole.", refusal=False), said("stop"), event(choices=[], **odd))
    assert (text, finish.reason, finish.tokens_in, finish.tokens_out) == ("Whole.", "stop", 9, 5)
    assert (finish.tokens_cached, finish.cost_usd, finish.refused) == (None, None, False)


@pytest.mark.parametrize("usage", [[], "none", {"prompt_tokens": 10**30, "completion_tokens": -1}])
def test_usage_that_cannot_be_is_not_known(usage: Any) -> None:
    finish = read(said("stop") + event(choices=[], usage=usage))[1]
    assert (finish.tokens_in, finish.tokens_out) == (None, None)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ("model_length", "length"),
        ("MAX_TOKENS", "length"),
        ("content_filter: SAFETY", "content_filter"),
        ("sensitive", "content_filter"),
        ("tool_calls", "tool_calls"),
        ("eos", "eos"),
    ],
)
def test_an_ending_is_understood_in_other_words(told: str, reason: str) -> None:
    assert read(said(told, content="Half"))[1].reason == reason


def test_nothing_counts_that_comes_after_the_end() -> None:
    text, finish = read(WHOLE + event(error={"message": "late"}) + said(content="more"), b"data: {broken")
    assert (text, finish.reason) == ("Äb", "stop")


def test_what_no_database_keeps_is_left_out() -> None:
    text, finish = read(said(content="a\x00b"), event(model="m\x00", choices=[]))
    assert (text, finish.model) == ("ab", "m")


def test_a_completion_in_place_of_a_stream_is_read_as_one() -> None:
    body = json.dumps({"choices": [{"message": {"content": "Whole."}, "finish_reason": "stop"}]}, indent=1).encode()
    text, finish = read(body[:9], body[9:])
    assert (text, finish.reason) == ("Whole.", "stop")


def test_a_stream_without_an_end_has_no_reason() -> None:
    assert read(said(content="Half"))[1].reason == ""


@pytest.mark.parametrize(
    ("stream", "fault"),
    [
        (b"data: {broken\n\n", Fault.GARBLED),
        (b"data: \xff\n\n", Fault.GARBLED),
        (b"<html>Sign in</html>", Fault.NO_API),
        (b"data: <html>\n\n", Fault.NO_API),
        (b'{"error": {"message": "no", "code": "insufficient_quota"}}', Fault.NO_CREDIT),
        (event(error={"message": "slow down", "code": 429}), Fault.LIMITED),
        (event(error={"message": "no credits", "code": 402}), Fault.NO_CREDIT),
        (event(error={"message": "provider returned error", "code": 502}), Fault.DOWN),
        (event(error={"message": "overloaded", "type": "overloaded_error"}), Fault.DOWN),
        (event(error="something broke"), Fault.BROKEN),
        (event(object="error", message="too long", code=400), Fault.INVALID),
        (said("error"), Fault.BROKEN),
        (said("insufficient_system_resource"), Fault.BROKEN),
        (b"data: " + b"x" * MOST_LINE_BYTES, Fault.ENDLESS),
        (said(content="x" * (MOST_CHARACTERS // 2)) * 3, Fault.ENDLESS),
    ],
)
def test_what_is_no_answer_is_told_apart(stream: bytes, fault: Fault) -> None:
    with pytest.raises(ModelTrouble) as raised:
        read(stream)
    assert raised.value.fault is fault


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (400, {"code": "context_length_exceeded"}, Fault.TOO_LONG),
        (400, {"message": "This model's maximum context length is 10 tokens"}, Fault.TOO_LONG),
        (400, "the request exceeds the available context size", Fault.TOO_LONG),
        (400, [{"error": {"message": "The input token count exceeds the maximum number of tokens"}}], Fault.TOO_LONG),
        (400, "This model's maximum prompt length is 10 but the request contains 20 tokens.", Fault.TOO_LONG),
        (400, {"message": "Input is too long for requested model."}, Fault.TOO_LONG),
        (422, "`inputs` tokens + `max_new_tokens` must be <= 4096", Fault.TOO_LONG),
        (400, [{"error": {"code": 400, "message": "API key not valid."}}], Fault.REFUSED_KEY),
        (400, "Incorrect API key provided: xa***in.", Fault.REFUSED_KEY),
        (400, {"message": "Your credit balance is too low"}, Fault.NO_CREDIT),
        (400, {"code": "content_filter"}, Fault.BLOCKED),
        (403, {"code": 403, "message": "x requires moderation. Your input was flagged"}, Fault.BLOCKED),
        (400, {"code": None}, Fault.INVALID),
        (401, {"type": "server_error"}, Fault.REFUSED_KEY),
        (402, None, Fault.NO_CREDIT),
        (403, "<html>", Fault.REFUSED_KEY),
        (404, {"detail": "Not Found"}, Fault.NO_MODEL),
        (405, None, Fault.NO_API),
        (408, None, Fault.TIMED_OUT),
        (409, None, Fault.CONFLICT),
        (413, None, Fault.TOO_LONG),
        (413, {"message": "Request too large for model `m`", "code": "rate_limit_exceeded"}, Fault.TOO_LONG),
        (429, {"message": "Request too large for m", "code": "rate_limit_exceeded"}, Fault.TOO_LONG),
        (429, {"message": "Too many tokens, please wait before trying again."}, Fault.LIMITED),
        (422, {"detail": []}, Fault.INVALID),
        (429, {"code": "rate_limit_exceeded"}, Fault.LIMITED),
        (429, {"code": "insufficient_quota"}, Fault.NO_CREDIT),
        (429, {"code": None, "type": "insufficient_quota"}, Fault.NO_CREDIT),
        (500, {"type": "server_error"}, Fault.DOWN),
        (529, {"type": "overloaded_error"}, Fault.DOWN),
        (302, None, Fault.NO_API),
    ],
)
def test_each_status_is_a_fault(status: int, body: object, fault: Fault) -> None:
    assert faults.of_status(status, body) is fault


@pytest.mark.parametrize(
    ("said", "window"),
    [
        ("This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.", 8_192),
        ("The decoder prompt (length 5000) is longer than the maximum model length of 4096.", 4_096),
        ("request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it", 4_096),
        ("prompt is too long: 201234 tokens > 200000 maximum", 200_000),
        ("The input token count (9001) exceeds the maximum number of tokens allowed (8192).", 8_192),
        ("This model's maximum prompt length is 8192 but the request contains 9001 tokens.", 8_192),
        ("Request too large for m on tokens per minute (TPM): Limit 6000, Requested 12328, please", 6_000),
        ("Your input exceeds the context window of this model.", None),
    ],
)
def test_the_window_that_a_refusal_speaks_of_is_heard(said: str, window: int | None) -> None:
    listed = [{"error": {"message": said}}]
    assert faults.window_of({"message": said}) == faults.window_of(said) == faults.window_of(listed) == window
    assert faults.window_of(None) is None


def test_every_fault_has_its_rule() -> None:
    assert set(faults.RULES) == set(Fault)
