"""An event loop whose time passes only when nothing is left to do: hours of waiting take as long as their work does."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class NothingToWaitFor(RuntimeError):
    """Every task waits for another one: the simulation would stand still for ever."""


class _Jumping(selectors.SelectSelector):
    """Never waits: it moves the loop's time on instead."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise NothingToWaitFor
        self.now += max(timeout, 0.0)
        return []


class SimulatedLoop(asyncio.SelectorEventLoop):
    """Its clock begins at 0.0. It serves timers and tasks; nothing outside of the process can reach it."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def run(main: Coroutine[Any, Any, T]) -> T:
    """As asyncio.run, in simulated time. Raises NothingToWaitFor."""
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        return runner.run(main)
