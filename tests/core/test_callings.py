import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.callings import ToolCall
from core.errors import ModelTrouble
from core.stream import Decoder, Finish, together


def heard(*deltas: dict[str, Any], reason: str = "tool_calls") -> tuple[list[str], Finish]:
    """What a decoder makes of these deltas, each an event of its own."""
    finish = Finish()
    decoder = Decoder(finish)
    events: list[dict[str, Any]] = [
        {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas
    ]
    events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
    data = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"
    texts = [*decoder.feed(data.encode()), *decoder.end()]
    return texts, finish


def piece(
    index: int | None = 0, id_: str | None = None, name: str | None = None, arguments: Any = None
) -> dict[str, Any]:
    call: dict[str, Any] = {"function": {"name": name, "arguments": arguments}}
    if index is not None:
        call["index"] = index
    if id_ is not None:
        call |= {"id": id_, "type": "function"}
    return {"tool_calls": [call]}


@given(st.text(max_size=40), st.lists(st.integers(0, 40), max_size=6))
def test_arguments_are_put_together_however_they_are_cut(value: str, cuts: list[int]) -> None:
    arguments = json.dumps({"value": value})
    edges = sorted({0, len(arguments), *(min(cut, len(arguments)) for cut in cuts)})
    parts = [arguments[start:end] for start, end in pairwise(edges)]
    _, finish = heard(piece(0, "call_1", "look", ""), *(piece(0, arguments=part) for part in parts))
    assert finish.calls == [ToolCall("call_1", "look", arguments)]
    assert finish.end == ""


def test_several_calls_side_by_side_keep_their_own_arguments() -> None:
    texts, finish = heard(
        {"content": "Let me see."},
        piece(0, "call_1", "look", ""),
        piece(1, "call_2", "hear", ""),
        piece(1, arguments="{}"),
        piece(0, arguments='{"at":1}'),
    )
    assert texts == ["Let me see."]
    assert finish.calls == [ToolCall("call_1", "look", '{"at":1}'), ToolCall("call_2", "hear", "{}")]


def test_servers_that_number_no_call_or_all_alike_are_understood() -> None:
    _, alike = heard(piece(0, "a", "look", "{}"), piece(0, "b", "hear", "{}"), reason="stop")
    _, unnumbered = heard(piece(None, None, "look", {"at": 1}), piece(None, None, "hear", {}))
    assert [call.name for call in alike.calls] == ["look", "hear"]
    assert [(call.name, call.arguments) for call in unnumbered.calls] == [("look", '{"at":1}'), ("hear", "{}")]


def test_what_is_wanted_back_with_a_call_is_kept_with_it_and_thoughts_only_beside_calls() -> None:
    signed = piece(0, "a", "look", "{}")
    signed["tool_calls"][0]["extra_content"] = {"google": {"thought_signature": "s"}}
    _, finish = heard(
        {"reasoning_content": "Let me "}, {"reasoning_content": "look."}, signed, piece(1, "b", "hear", "{}")
    )
    assert [call.extra for call in finish.calls] == [{"google": {"thought_signature": "s"}}, None]
    assert "".join(finish.thoughts) == "Let me look."
    assert heard({"reasoning_content": "Hm."}, {"content": "Hi."}, reason="stop")[1].thoughts == []


def test_a_stream_that_breaks_off_makes_no_call() -> None:
    finish = Finish()
    decoder = Decoder(finish)
    event = {"choices": [{"delta": piece(0, "call_1", "delete", '{"all":')}]}
    list(decoder.feed(f"data: {json.dumps(event)}\n\n".encode()))
    list(decoder.end())
    assert finish.calls == []


def test_calls_without_end_are_ended() -> None:
    with pytest.raises(ModelTrouble):
        heard(piece(0, "call_1", "look", ""), *(piece(0, arguments="x" * 10_000) for _ in range(30)))


def test_a_completion_that_is_not_streamed_may_call_as_well() -> None:
    finish = Finish()
    decoder = Decoder(finish)
    call = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    body = {"choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]}
    list(decoder.feed(json.dumps(body).encode()))
    assert list(decoder.end()) == []
    assert finish.calls == [ToolCall("call_1", "look", "{}")]


def test_what_all_requests_took_is_counted_together() -> None:
    first = Finish(reason="tool_calls", tokens_in=100, tokens_out=10)
    last = Finish(reason="stop", tokens_in=120, tokens_out=5, tokens_cached=90)
    total = together([first, last])
    assert (total.reason, total.tokens_in, total.tokens_out, total.tokens_cached) == ("stop", 220, 15, 90)
    assert total.cost_usd is None
