"""Gathers the calls of tools that a model streams in pieces: platform.openai.com/docs/guides/function-calling.

Servers differ: some send a call whole, some without an index or an id, some with its arguments as an object.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from core import faults
from core.errors import Fault

MOST_CALLS = 64
MOST_CHARACTERS = 200_000


class FunctionPiece(msgspec.Struct):
    name: str | None = None
    arguments: Any = None


class CallPiece(msgspec.Struct):
    """A piece of one call, in a delta."""

    index: int | None = None
    id: str | None = None
    function: FunctionPiece | None = None
    extra_content: Any = None


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that the model wants called, by the name that it was given, with arguments that should be JSON.

    `extra` is what the model wants given back with it: ai.google.dev/gemini-api/docs/thought-signatures.
    """

    id: str
    name: str
    arguments: str
    extra: Any = None


@dataclass(slots=True)
class _Growing:
    id: str
    name: str
    arguments: list[str]
    extra: Any = None


class Callings:
    """The calls of one answer as they grow."""

    def __init__(self) -> None:
        self._growing: list[_Growing] = []
        self._at: dict[int, _Growing] = {}
        self._characters = 0

    def feed(self, pieces: Sequence[CallPiece]) -> None:
        """Raises ModelTrouble when they have no end."""
        for piece in pieces:
            self._feed(piece)

    def whole(self) -> list[ToolCall]:
        """The calls in order; one without a name is none."""
        named = [one for one in self._growing if one.name]
        return [ToolCall(one.id, one.name, "".join(one.arguments), one.extra) for one in named]

    def _feed(self, piece: CallPiece) -> None:
        function = piece.function or FunctionPiece()
        growing = self._of(piece, function)
        growing.id = growing.id or piece.id or ""
        growing.name = growing.name or function.name or ""
        growing.extra = growing.extra or piece.extra_content
        arguments = function.arguments
        if arguments is not None and not isinstance(arguments, str):
            arguments = msgspec.json.encode(arguments).decode()
        if arguments:
            growing.arguments.append(arguments)
            self._characters += len(arguments)
        if self._characters > MOST_CHARACTERS or len(self._growing) > MOST_CALLS:
            raise faults.trouble(Fault.ENDLESS, "too_many_calls")

    def _of(self, piece: CallPiece, function: FunctionPiece) -> _Growing:
        """The call that a piece belongs to: another id or, without an index, another name begins a new one."""
        last = self._growing[-1] if self._growing else None
        known = last if piece.index is None else self._at.get(piece.index)
        begins = (piece.id and known and known.id and piece.id != known.id) or (piece.index is None and function.name)
        if known is None or begins:
            known = _Growing("", "", [])
            self._growing.append(known)
            if piece.index is not None:
                self._at[piece.index] = known
        return known
