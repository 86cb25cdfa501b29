import heapq
from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from bots.playground.buckets import SlidingWindow
from storage.marks import GOOD_MS, HELD_MS, PARTS, Draw, Marks, Over, drawn

LIMIT, PERIOD_MS = 3, 24_000


class Fate(Enum):
    """What becomes of a call that was drawn."""

    ANSWERED = auto()
    UNHEARD = auto()  # its process dies while it is under way
    UNUSED = auto()


def draw(marks: Marks, now: int, *over: Over, wanted: int = 1) -> int:
    return drawn(marks, Draw("key", LIMIT, PERIOD_MS, wanted, over), now).given


calls = st.tuples(
    st.integers(0, 20_000),  # after the call before
    st.integers(1, 3),
    st.integers(0, GOOD_MS),  # until it is sent
    st.integers(0, HELD_MS - GOOD_MS),  # its way
    st.integers(0, 5_000),  # until its process tells of it
    st.sampled_from(Fate),
)


@given(st.lists(calls, max_size=40))
def test_no_window_of_the_platform_is_overrun_whoever_calls_and_whoever_dies(
    given_calls: list[tuple[int, int, int, int, int, Fate]],
) -> None:
    """Calls of any number of processes: each draw may be another's, and tells of what is known by then."""
    window, marks, number = SlidingWindow(LIMIT, PERIOD_MS), Marks(), count()
    events: list[tuple[int, int, Callable[[int], None]]] = []
    told: list[tuple[int, int | None]] = []

    def at(moment: int, deed: Callable[[int], None]) -> None:
        heapq.heappush(events, (moment, next(number), deed))

    def arrive(now: int) -> None:
        assert window.take(now) == 0.0

    def ask(wanted: int, until_sent: int, way: int, until_told: int, fate: Fate, now: int) -> None:
        over = tuple(Over(mark, None if at is None else now - at) for mark, at in told)
        told.clear()
        got = drawn(marks, Draw("key", LIMIT, PERIOD_MS, wanted, over), now)
        answered = now + until_sent + way
        for _ in range(got.given):
            if fate is not Fate.UNUSED:
                at(answered, arrive)
            if fate is not Fate.UNHEARD:
                at(answered + until_told, partial(tell, got.mark, None if fate is Fate.UNUSED else answered))

    def tell(mark: int, answered_at: int | None, _now: int) -> None:
        told.append((mark, answered_at))

    asked_at = 0
    for pause, wanted, until_sent, way, until_told, fate in given_calls:
        asked_at += pause
        at(asked_at, partial(ask, wanted, until_sent, way, until_told, fate))
    while events:
        moment, _, deed = heapq.heappop(events)
        deed(moment)


def test_what_was_answered_is_free_again_a_period_later() -> None:
    marks: Marks = {}
    assert draw(marks, 0, wanted=LIMIT) == LIMIT
    assert draw(marks, 300, *[Over(HELD_MS, 299)] * LIMIT) == 0
    assert draw(marks, 1 + PERIOD_MS) == 0
    assert draw(marks, PERIOD_MS // PARTS + PERIOD_MS) == 1


def test_what_nobody_tells_of_counts_from_when_it_may_have_arrived_at_the_latest() -> None:
    marks: Marks = {}
    draw(marks, 0, wanted=LIMIT)
    assert draw(marks, HELD_MS + PERIOD_MS - 1) == 0
    assert draw(marks, HELD_MS + PERIOD_MS, wanted=LIMIT) == LIMIT


def test_what_was_not_used_is_given_back() -> None:
    marks: Marks = {}
    draw(marks, 0, wanted=LIMIT)
    assert draw(marks, 1, Over(HELD_MS, None), Over(HELD_MS, None), wanted=LIMIT) == 2


def test_one_call_is_told_of_once() -> None:
    marks: Marks = {}
    draw(marks, 0)
    draw(marks, 1, Over(HELD_MS, 0), wanted=0)
    draw(marks, 2, Over(HELD_MS, 0), wanted=0)
    assert sum(marks.values()) == 1


def test_who_gets_less_is_told_when_more_may_be_had() -> None:
    marks: Marks = {}
    draw(marks, 0, wanted=LIMIT)
    draw(marks, 1_000, *[Over(HELD_MS, 0)] * LIMIT, wanted=0)
    got = drawn(marks, Draw("key", LIMIT, PERIOD_MS, 1), 11_000)
    assert (got.given, got.wait_ms) == (0, PERIOD_MS - 10_000)
    assert draw(marks, 11_000 + got.wait_ms) == 1


def test_a_smaller_limit_counts_at_once() -> None:
    marks: Marks = {}
    draw(marks, 0, wanted=LIMIT)
    smaller = Draw("key", 2, PERIOD_MS, 1)
    assert drawn(marks, smaller, 1).given == 0
    assert drawn(marks, smaller, HELD_MS + PERIOD_MS).given == 1


def test_what_was_done_while_nothing_could_be_asked_counts_from_when_it_was() -> None:
    marks: Marks = {}
    assert draw(marks, 2_000, *[Over(None, 2_000)] * LIMIT) == 0
    assert draw(marks, PERIOD_MS, wanted=LIMIT) == LIMIT
