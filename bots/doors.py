"""The paths on PORT that a platform answers: shut until it has started, and again from when it ends."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web

Handler = Callable[["web.Request"], Awaitable["web.StreamResponse"]]


class Doors:
    """Who answers which path; `are_shut` while more may come."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}
        self.are_shut = True

    def open(self, handlers: Mapping[str, Handler]) -> None:
        """Answer these paths from now on."""
        self._handlers.update(handlers)
        self.are_shut = False

    def shut(self) -> None:
        self._handlers.clear()
        self.are_shut = True

    def at(self, path: str) -> Handler | None:
        """Who answers there, if anybody does."""
        return self._handlers.get(path)
