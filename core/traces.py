"""Spans: the parts of a reply, for whoever wants to see where its time goes, and what is told of each.

Facts are ids and numbers, never texts. Where nobody traces, a span costs the call of a function.
"""

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol, Self

Fact = str | int | float | bool


class Span(Protocol):
    """A part while it runs."""

    def note(self, **facts: Fact) -> None:
        """What is known of it only now."""
        ...

    def fail(self, why: str) -> None:
        """It came to nothing, for one of few reasons."""
        ...


class Traces(Protocol):
    def span(self, name: str, **facts: Fact) -> AbstractContextManager[Span]:
        """One for as long as the block runs: a part of the one that it is begun in."""
        ...

    def whole(self, name: str, **facts: Fact) -> AbstractContextManager[Span]:
        """One that the spans of its block, and of the tasks begun there, are parts of."""
        ...

    def here(self) -> "Traces":
        """These traces for code that runs elsewhere: its spans are parts of the one that this is called in."""
        ...


class Untraced:
    """Nobody looks."""

    def span(self, name: str, **facts: Fact) -> "Untraced":
        return self

    whole = span

    def here(self) -> Self:
        return self

    def note(self, **facts: Fact) -> None:
        pass

    def fail(self, why: str) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        pass
