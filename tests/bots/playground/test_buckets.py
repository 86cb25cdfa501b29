from hypothesis import given
from hypothesis import strategies as st

from bots.playground.buckets import FixedWindow, SlidingWindow


def test_a_sliding_window_frees_a_call_when_the_oldest_is_a_period_old() -> None:
    window = SlidingWindow(limit=2, period_s=10)

    assert [window.take(0), window.take(4), window.take(5)] == [0, 0, 5]
    assert window.take(10) == 0
    assert window.take(10) == 4


def test_a_sliding_window_tells_what_remains() -> None:
    window = SlidingWindow(limit=2, period_s=10)
    window.take(0)

    assert (window.remaining(5), window.remaining(10)) == (1, 2)


@given(st.lists(st.integers(min_value=0, max_value=100), max_size=60))
def test_a_sliding_window_never_lets_more_than_its_limit_through(times: list[int]) -> None:
    window = SlidingWindow(limit=3, period_s=10)
    taken = [now for now in sorted(times) if window.take(now) == 0]

    assert all(later - earlier >= 10 for earlier, later in zip(taken, taken[3:], strict=False))


def test_a_refused_call_takes_nothing() -> None:
    window = FixedWindow(limit=1, period_s=5)

    assert [window.take(0), window.take(1), window.take(2)] == [0, 4, 3]
    assert window.take(5) == 0


def test_a_fixed_window_starts_with_its_first_call() -> None:
    window = FixedWindow(limit=2, period_s=5)
    window.take(100)

    assert (window.remaining, window.resets_at) == (1, 105)
