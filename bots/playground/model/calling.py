"""The calls of tools that a written answer makes, whole and in pieces as OpenAI streams them.

Source: platform.openai.com/docs/guides/function-calling, "Streaming".
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

_PIECE = 8


class Calling(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One call; `arguments` that are no text become JSON."""

    name: str
    arguments: Any = {}
    id: str = ""

    @property
    def written(self) -> str:
        return self.arguments if isinstance(self.arguments, str) else msgspec.json.encode(self.arguments).decode()


def whole(calls: Sequence[Calling], number: int) -> list[dict[str, Any]]:
    """The calls of a message that is not streamed."""
    return [
        {"id": _id(call, number, index), "type": "function", "function": _function(call.name, call.written)}
        for index, call in enumerate(calls)
    ]


def deltas(calls: Sequence[Calling], number: int) -> Iterator[list[dict[str, Any]]]:
    """What each chunk holds below `tool_calls`: a call's name first, then its arguments bit by bit."""
    for index, call in enumerate(calls):
        begins = {"index": index, "id": _id(call, number, index), "type": "function"}
        yield [begins | {"function": _function(call.name, "")}]
        written = call.written
        for start in range(0, len(written), _PIECE):
            yield [{"index": index, "function": {"arguments": written[start : start + _PIECE]}}]


def _id(call: Calling, number: int, index: int) -> str:
    return call.id or f"call_playground{number:06}{index}"


def _function(name: str, arguments: str) -> dict[str, str]:
    return {"name": name, "arguments": arguments}
