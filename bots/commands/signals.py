"""What a signal does before there is anything to end in order: it ends the process, with 0."""

import os
import signal
from types import FrameType
from typing import NoReturn


def leave_at_once() -> None:
    """Let SIGTERM and Ctrl-C leave with 0, until an event loop hears them instead.

    Loading the libraries takes seconds, in which whoever starts a process may already want it gone. Nothing is open by
    then. An exception would not do: where a library happens to be in a callback, Python only reports it and goes on.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    os._exit(0)
