"""What is done again and again, by the one process that leads."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Upkeep:
    """One such deed: done when a process comes to lead, and from then on every `every_s` seconds, never twice at once.

    It is told the time. What it raises is logged, and it is tried again when its time comes.
    """

    name: str
    every_s: float
    deed: Callable[[datetime], Awaitable[object]]
