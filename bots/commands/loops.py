"""The event loop that a serving process runs on, and what it costs to keep a large process tidy."""

import asyncio
import gc
import importlib.util
from collections.abc import Callable, Coroutine
from typing import Any

# As `gc.set_threshold` takes it; Python's own are 700, 10 and 10.
COLLECT_AFTER = (2_000, 10, 10)


def run(main: Coroutine[Any, Any, None]) -> None:
    """As asyncio.run, on uvloop where it is installed."""
    with asyncio.Runner(loop_factory=factory()) as runner:
        runner.run(main)


def factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """How to make an event loop; None for Python's own, where uvloop does not exist."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    make: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
    return make


def settle() -> None:
    """Everything is loaded: the collector need not look at it again and again for as long as the process lives.

    Of what comes after it looks less often than is usual, as most of that is gone with its last reference.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
