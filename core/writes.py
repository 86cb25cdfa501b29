"""Lets live replies write when their lines allow it: the moving part around `core.pacing`."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from core.budget import Budget
from core.metrics import InLine, Metrics
from core.pacing import Claim, Line, Want
from core.surface import Limited

log = structlog.get_logger()

FORGET_ABOVE = 1_000
CLOSING_S = 5.0


def _whole(_key: str) -> float:
    return 1.0


def _standing(key: str, line: Line, now: float) -> InLine:
    waiting = [(want.name.lower(), count) for want, count in line.waiting]
    used = line.budget.used(now) if line.budget.known.limit > 1 else None
    return InLine(key, waiting, line.owed, now < line.budget.paused_until, used)


class Writer(Protocol):
    """Whoever holds a claim: `write` is called when it may, and says whether it used its turn."""

    claim: Claim

    async def write(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What a writer waits for, since when, and where its message owes its final edit."""

    writer: Writer
    want: Want
    since: float
    edits: Limited


class Writes:
    """Every line of this process, one a key, and the writes that are under way.

    `share_of` says how much of a key's budget is this process's, from 0 to 1, whenever the key is served.
    """

    def __init__(
        self, clock: Callable[[], float], share_of: Callable[[str], float] = _whole, metrics: Metrics | None = None
    ) -> None:
        self._clock = clock
        self._share_of = share_of
        self._metrics = metrics or Metrics()
        self._lines: dict[str, Line] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._asked: dict[Claim, Asked] = {}
        self._forget_above = FORGET_ABOVE
        self._under_way: set[asyncio.Task[None]] = set()

    def ask(self, writer: Writer, want: Want, limited: Limited, edits: Limited) -> None:
        """Have `writer.write` called when it is its turn on the key; asking again changes what it waits for.

        A writer whose turn has come writes what is newest by then, and must not ask before that is over.
        """
        self._asked[writer.claim] = Asked(writer, want, self._clock(), edits)
        self._line(limited).ask(writer.claim, want)
        self._serve(limited.key)

    def owe(self, writer: Writer, edits: Limited) -> None:
        """The writer's reply is open: a final edit is owed, and its first preview waits for the usual gap."""
        line = self._line(edits)
        writer.claim.ready_at = self._clock() + line.preview_gap_s
        line.owe(writer.claim)

    def pause(self, limited: Limited, seconds: float, *, refused: bool) -> None:
        """Nothing may be written on this key for so long: the platform `refused` it, or would have."""
        budget, now = self._line(limited).budget, self._clock()
        if refused:
            budget.refuse(now + seconds)
        else:
            budget.hold(now, now + seconds)

    def settle(self, writer: Writer, edits: Limited) -> None:
        """The final edit that was owed is paid, or can never be."""
        self._line(edits).settle(writer.claim)
        self._serve(edits.key)

    def leave(self, writer: Writer, *keys: Limited) -> None:
        """The writer's reply has ended: it waits no longer."""
        for limited in keys:
            self._line(limited).leave(writer.claim)
        self._asked.pop(writer.claim, None)

    async def measure(self) -> None:
        """Tell how it stands on every line: what waits, what is owed, and how much of the budget is used."""
        now = self._clock()
        self._metrics.in_line(_standing(key, line, now) for key, line in self._lines.items())

    async def close(self) -> None:
        """Begin no more writes, and let those that are under way end, where the platform answers."""
        for timer in self._timers.values():
            timer.cancel()
        self._lines.clear()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=CLOSING_S)

    def _line(self, limited: Limited) -> Line:
        line = self._lines.get(limited.key)
        if line is None:
            self._forget_idle_lines()
            line = self._lines[limited.key] = Line(Budget(limited.rate, self._share_of(limited.key)))
        line.budget.correct(limited.rate)
        line.budget.within = self._line(limited.within).budget if limited.within is not None else None
        return line

    def _forget_idle_lines(self) -> None:
        if len(self._lines) < self._forget_above:
            return
        now = self._clock()
        used = {line.budget.within for line in self._lines.values() if not line.idle}
        for key, line in list(self._lines.items()):
            if line.idle and line.budget not in used and line.budget.free(now) >= line.budget.rate.limit:
                del self._lines[key]
        self._forget_above = max(FORGET_ABOVE, 2 * len(self._lines))

    def _serve(self, key: str) -> None:
        """Begin every write that may begin now, and come back when the next one may."""
        line = self._lines.get(key)
        if line is None:
            return
        now = self._clock()
        line.budget.divide(self._share_of(key))
        while claim := line.next(now, self._edits_of):
            asked = self._asked[claim]
            self._metrics.wrote(key, asked.want.name.lower(), now - asked.since)
            self._begin(self._write(key, line, asked.writer))
        self._wake(key, line.wait_s(now))

    def _edits_of(self, claim: Claim) -> Line:
        return self._line(self._asked[claim].edits)

    def _wake(self, key: str, seconds: float | None) -> None:
        if timer := self._timers.pop(key, None):
            timer.cancel()
        if seconds is not None:
            self._timers[key] = asyncio.get_running_loop().call_later(seconds, self._serve, key)

    def _begin(self, write: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(write)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _write(self, key: str, line: Line, writer: Writer) -> None:
        used = True
        try:
            used = await writer.write()
        except Exception:
            log.exception("write.broke", key=key)
        finally:
            if used:
                line.wrote(writer.claim, self._clock())
            else:
                line.spared(writer.claim)
            self._serve(key)
