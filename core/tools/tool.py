"""What a tool is, for whom it runs, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from storage.words import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """For whom a tool runs, and where they asked: with their rights, never with those of Parley."""

    platform: Platform
    workspace_row: int
    workspace_id: str
    channel_id: str
    posts_in: str
    person_id: str
    person_name: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a tool gives back, for the model to read. `quotes` are the rows of messages that it quotes."""

    text: str
    quotes: tuple[int, ...] = ()


class ToolFailure(Exception):
    """A tool could not do it; the message is for the model."""


class Tool(Protocol):
    """One tool. `name` is as people know it, `doing` says what it does while it runs.

    With `asks`, somebody must allow each call; with `alone`, it runs beside no other call. `running_s` is how long it
    may take.
    """

    @property
    def name(self) -> str: ...

    @property
    def description(self) -> str: ...

    @property
    def parameters(self) -> Mapping[str, Any]: ...

    @property
    def doing(self) -> str: ...

    @property
    def asks(self) -> bool: ...

    @property
    def alone(self) -> bool: ...

    async def run(self, arguments: Mapping[str, Any], asker: Asker) -> Result:
        """Raises ToolFailure."""
        ...


def text_of(arguments: Mapping[str, Any], name: str) -> str:
    """An argument that must be a text with something in it."""
    given = arguments.get(name)
    if not isinstance(given, str) or not given.strip():
        raise ToolFailure(f"The argument {name!r} must be a text.")
    return given.strip()
