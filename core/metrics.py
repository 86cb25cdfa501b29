"""What a process tells of what happens in it, to be counted: the words for that, where nobody counts.

A label takes one of few values: a platform, a state, a model that the operator offers. Never a workspace, a channel, a
person or a text; what workspaces have brought along is `own`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from storage.claims import Work
from storage.replies import Outcome
from storage.spending import Bill
from storage.words import Platform

OWN = "own"
ANSWERED, CALLED_OFF = "answered", "called_off"


@dataclass(frozen=True, slots=True)
class InLine:
    """How it stands on one key that a platform limits: who waits, by what they want, and what is owed.

    `used` is how much of its budget is, from 0 to 1; None where a budget is of one write alone.
    """

    key: str
    waiting: Iterable[tuple[str, int]]
    owed: int
    paused: bool
    used: float | None


class Metrics:
    """Counts nothing: `core/counting.py` does, where somebody can read it."""

    counts = False

    def text(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return b""

    def kept(self, platform: Platform, *, asks: bool) -> None:
        """A message of a person was heard and kept."""

    def refused(self, reason: str) -> None:
        """A question is not answered: too many were asked, or its asker may not ask."""

    def settled(self, work: Work, outcome: Outcome, why: str) -> None:
        """A reply has ended; `why` it failed is one of few words, empty for others."""

    def spent(self, bill: Bill) -> None:
        """Tokens were taken, and money spent, as `parley usage` counts them."""

    def asked(self, ref: str, outcome: str) -> None:
        """A model was asked once, and answered or failed in one of few ways."""

    def begun(self, ref: str, seconds: float) -> None:
        """A model's first text came so long after it was asked."""

    def called_tool(self, tool: str, state: str, seconds: float) -> None:
        """A tool was called, and ended."""

    def wrote(self, key: str, want: str, waited_s: float) -> None:
        """A write on a limited key begins, after it waited so long for its turn."""

    def called_platform(self, platform: str, method: str, status: str, seconds: float) -> None:
        """A platform's API was called, and answered with a class of statuses, or 429."""

    def fired(self) -> None:
        """A schedule was due, and is asked."""

    def leading(self, leads: bool) -> None:
        """Whether this process leads, from now on."""

    def logged(self, level: str) -> None:
        """A log record was written."""

    def late(self, seconds: float) -> None:
        """A timer of the event loop rang so late."""

    def live(self, threads: int) -> None:
        """In how many threads this process is answering now."""

    def tasks(self, count: int) -> None:
        """How many tasks the event loop has now."""

    def resting(self, endpoints: Mapping[str, int]) -> None:
        """How many endpoints of each name are not asked now."""

    def in_line(self, lines: Iterable[InLine]) -> None:
        """How it stands on every key."""

    def pinged(self, part: str, *, well: bool, seconds: float) -> None:
        """A part was pinged just now."""

    def queued(self, replies: Mapping[str, int], oldest_s: float) -> None:
        """How many replies have not ended, by state, and since when the oldest queued one waits."""


def of_model(ref: str) -> str:
    """A model's name as a label: those that workspaces have brought along are one."""
    return OWN if ref.startswith(f"{OWN}/") else ref


def waited_s(work: Work, until: datetime) -> float:
    """How long an answer was waited for by then, from when it was asked for."""
    return max((until - (work.queued_at or work.asked_at)).total_seconds(), 0.0)
