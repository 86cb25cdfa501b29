"""Lets calls go to a platform while its limits have room, counted over all processes and over restarts.

`core.pacing` decides who is next in this process. Here nothing goes that the platform would refuse, whoever else calls
on the same key, and whoever did who is dead by now: that is known to the database (`storage/marks.py`), where the calls
of all keys are drawn together.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic

import structlog

from core.budget import Rate
from core.errors import HeldBack, Kind, PlatformTrouble
from core.surface import Limited
from storage import tallies
from storage.database import Database
from storage.marks import GOOD_MS, Draw, Drawn, Over

log = structlog.get_logger()

# A write must not wait long from when its reply was known to be this process's (`core.ledger.TRUSTED_S`): a process
# that stood still meanwhile, or its database, might write over what another shows by now.
PATIENCE_S = 0.3
LATE_S = 0.5
# Of keys with a period as long as this, some more calls are drawn than are asked for: few ask the database then.
LONG_S = 10.0
MORE = 0.05
# Calls that are over are told of together.
TOLD_WITHIN_S = 1.0
AGAIN_S = 1.0
# Where one process is alone with its file, and that is locked or full, it trusts its own budgets after this.
ALONE_S = 1.0


class Unknown(HeldBack):
    """The database cannot tell whether a call may be made."""


@dataclass(slots=True, eq=False)
class Purse:
    """What this process has of a key: marks of calls that may be made, each with how long it is good; those that are
    over and not told of yet, each with when the call was answered, if it was made; and how many calls wait for one."""

    rate: Rate
    good: list[tuple[int, float]] = field(default_factory=list)
    over: list[tuple[int | None, float | None]] = field(default_factory=list)
    wanted: int = 0

    def ready(self, now: float) -> bool:
        """Whether a call may be made now; what is good no longer is given back."""
        while self.good and self.good[0][1] <= now:
            self.over.append((self.good.pop(0)[0], None))
        return bool(self.good)

    def draw(self, key: str, now: float) -> Draw:
        """What is asked for and told of next."""
        more = max(int(self.rate.limit * MORE), 1) if self.wanted and self.rate.period_s >= LONG_S else 0
        over = tuple(Over(mark, None if at is None else int((now - at) * 1_000)) for mark, at in self.over)
        return Draw(key, self.rate.limit, int(self.rate.period_s * 1_000), self.wanted + more, over)


class Tallies:
    """`clock` gives the seconds of a steady clock."""

    def __init__(self, database: Database, clock: Callable[[], float] = monotonic) -> None:
        self._database = database
        self._clock = clock
        self._purses: dict[str, Purse] = {}
        self._next: asyncio.Future[dict[str, Drawn]] | None = None
        self._drawing: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def turn(
        self, limited: Limited, patience_s: float = PATIENCE_S, *, paced: bool = True
    ) -> AsyncIterator[None]:
        """One call may be made within the block. Raises HeldBack when none may for longer than `patience_s`; Unknown,
        which is one, where the database cannot tell; and PlatformTrouble when that is known too late.

        With an SQLite file that cannot be written, calls that this process has `paced` are made all the same.
        """
        keys = chain(limited)
        marks = await self._taken(keys, self._clock() + patience_s, paced=paced)
        try:
            yield
        finally:
            answered_at = self._clock()
            for one, mark in zip(keys, marks, strict=True):
                self._purse(one).over.append((mark, answered_at))
            self._tell_soon()

    def expect(self, limited: Limited) -> None:
        """A call will be made soon: draw it now, so that it need not wait for the database then."""
        now = self._clock()
        for one in chain(limited):
            purse = self._purse(one)
            purse.wanted += not purse.ready(now)
        self._draw()

    async def close(self) -> None:
        """Give back what was not used, so that whoever comes next need not wait for it."""
        if self._timer is not None:
            self._timer.cancel()
        for purse in self._purses.values():
            purse.ready(float("inf"))
        with suppress(HeldBack):
            await asyncio.shield(self._draw())

    async def _taken(self, keys: list[Limited], until: float, *, paced: bool) -> Sequence[int | None]:
        while missing := [one for one in keys if not self._purse(one).ready(self._clock())]:
            for one in missing:
                self._purse(one).wanted += 1
            if (drawn := await self._answer(paced=paced)) is None:
                return [None] * len(keys)
            now = self._clock()
            waits = [drawn[one.key].wait_ms for one in missing if not self._purse(one).ready(now)]
            if waits and now + max(waits) / 1_000 > until:
                raise HeldBack(max(waits) / 1_000)
            await asyncio.sleep(max(waits, default=0) / 1_000)
        if self._clock() > until + LATE_S:
            raise PlatformTrouble(Kind.TRANSIENT, "late")
        return [self._purse(one).good.pop(0)[0] for one in keys]

    async def _answer(self, *, paced: bool) -> dict[str, Drawn] | None:
        """What was drawn; None when the database cannot tell, and nobody but this process calls anyway."""
        try:
            async with asyncio.timeout(None if self._database.is_postgresql else ALONE_S):
                return await asyncio.shield(self._draw())
        except (HeldBack, TimeoutError):
            if self._database.is_postgresql or not paced:
                raise Unknown(AGAIN_S) from None
            return None

    def _purse(self, limited: Limited) -> Purse:
        purse = self._purses.setdefault(limited.key, Purse(limited.rate))
        purse.rate = limited.rate
        return purse

    def _tell_soon(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(TOLD_WITHIN_S, self._draw)

    def _draw(self) -> asyncio.Future[dict[str, Drawn]]:
        """What will be drawn next, with all that is asked for until then."""
        if self._next is None:
            self._next = asyncio.get_running_loop().create_future()
        if self._drawing is None or self._drawing.done():
            self._drawing = asyncio.create_task(self._run())
        return self._next

    async def _run(self) -> None:
        while self._next is not None:
            ended, self._next = self._next, None
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            try:
                ended.set_result(await self._drawn(self._asking()))
            except Exception as error:
                log.warning("tallies.unknown", error=type(error).__name__)
                ended.set_exception(Unknown(AGAIN_S))
                ended.exception()

    def _asking(self) -> dict[str, Purse]:
        """Who asks for calls, or has to tell of some; what is neither, and has none left, is forgotten."""
        now = self._clock()
        self._purses = {key: one for key, one in self._purses.items() if one.ready(now) or one.over or one.wanted}
        return {key: one for key, one in self._purses.items() if one.over or one.wanted}

    async def _drawn(self, asking: dict[str, Purse]) -> dict[str, Drawn]:
        if not asking:
            return {}
        began = self._clock()
        draws = [purse.draw(key, began) for key, purse in asking.items()]
        for purse in asking.values():
            purse.wanted = 0
        drawn = await self._database.run(tallies.draw, draws)
        for draw, (key, purse) in zip(draws, asking.items(), strict=True):
            del purse.over[: len(draw.over)]
            purse.good += [(drawn[key].mark, began + GOOD_MS / 1_000)] * drawn[key].given
        return drawn


def chain(limited: Limited) -> list[Limited]:
    """A key with those that it is limited within."""
    return [limited] if limited.within is None else [limited, *chain(limited.within)]
