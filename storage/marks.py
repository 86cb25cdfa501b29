"""How often all processes together have called on one key that a platform limits: pure, with the time passed in.

Each call has a mark, a moment that it did not come after, and counts until a period after that. A call is marked before
it is made, for the latest moment at which it may still arrive; once it is answered, its mark is moved to that moment.
No more marks than the limit ever count at once, so no period of the platform's holds more calls, whichever process
made them and whatever became of it. Moments are milliseconds of the database's clock.
"""

from dataclasses import dataclass

# Answered calls that are close together share a mark: so many of them make a period.
PARTS = 120
# A call is begun within so long of being marked, and arrives, if it ever does, before its mark.
GOOD_MS = 5_000
HELD_MS = GOOD_MS + 25_000

Marks = dict[int, int]


@dataclass(frozen=True, slots=True)
class Over:
    """A call was answered so long ago, or was not made after all (None). It has no mark where none could be had."""

    mark: int | None
    ago_ms: int | None


@dataclass(frozen=True, slots=True)
class Draw:
    """What a process asks of a key: so many calls, of which `limit` are allowed in any period. `over` is told first."""

    key: str
    limit: int
    period_ms: int
    wanted: int
    over: tuple[Over, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """So many calls may be made, each with this mark; where that is too few, more may be had after `wait_ms`."""

    given: int
    mark: int
    wait_ms: int


def drawn(marks: Marks, draw: Draw, now: int) -> Drawn:
    """Give what is free, and mark it in `marks`."""
    for over in draw.over:
        _move(marks, over, now, max(draw.period_ms // PARTS, 1))
    for mark in [mark for mark in marks if mark + draw.period_ms <= now]:
        del marks[mark]
    free = draw.limit - sum(marks.values())
    given, mark = max(min(draw.wanted, free), 0), now + HELD_MS
    if given:
        marks[mark] = marks.get(mark, 0) + given
    return Drawn(given, mark, 0 if given == draw.wanted else _wait_ms(marks, draw, now))


def _move(marks: Marks, over: Over, now: int, part_ms: int) -> None:
    """A mark that is not there has been moved before."""
    if over.mark is not None:
        if over.mark not in marks:
            return
        marks[over.mark] -= 1
        if not marks[over.mark]:
            del marks[over.mark]
    if over.ago_ms is not None:
        moment = -(-(now - over.ago_ms) // part_ms) * part_ms
        marks[moment] = marks.get(moment, 0) + 1


def _wait_ms(marks: Marks, draw: Draw, now: int) -> int:
    """Until the next mark counts no more; what is under way is likely to be answered at once."""
    must_go = sum(marks.values()) - draw.limit + 1
    for mark in sorted(marks):
        must_go -= marks[mark]
        if must_go <= 0:
            return max(1, min(mark, now) + draw.period_ms - now)
    return draw.period_ms
