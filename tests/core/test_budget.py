from hypothesis import given
from hypothesis import strategies as st

from bots.playground.slack.limits import TokenBucket
from bots.slack.surface import POSTS
from core.budget import Budget, Rate

RATE = Rate(50, 60.0, saved=1)


def written(budget: Budget, at: float) -> int:
    """How many writes may be done at one moment."""
    count = 0
    while budget.free(at) > 0:
        budget.begin(at)
        budget.end(at, at)
        count += 1
    return count


@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=50))
def test_shares_never_add_up_to_more_than_the_rate(weights: list[float]) -> None:
    shares = [weight / sum(weights) for weight in weights]
    parts = [RATE.part(share) for share in shares]
    assert sum(part.limit / part.period_s for part in parts) <= RATE.limit / RATE.period_s * 1.000001


def test_a_share_of_less_than_one_write_is_one_in_a_longer_period() -> None:
    assert Rate(1, 1.0).part(0.25) == Rate(1, 4.0)


def test_a_changed_share_counts_at_once() -> None:
    budget = Budget(Rate(10, 60.0))
    assert written(budget, 0.0) == 10
    budget.divide(0.5)
    assert written(budget, 60.0) == 5
    budget.divide(1.0)
    assert written(budget, 60.0) == 5


def test_writes_count_on_what_a_key_is_within() -> None:
    workspace = Budget(Rate(3, 60.0))
    channels = [Budget(Rate(2, 1.0), within=workspace) for _ in range(3)]
    assert [written(channel, 0.0) for channel in channels] == [2, 1, 0]
    assert written(channels[2], 60.0) == 2


def test_a_refusal_pauses_and_then_allows_less() -> None:
    budget = Budget(Rate(8, 10.0))
    budget.refuse(5.0)
    assert written(budget, 4.9) == 0
    assert written(budget, 5.0) == 6


def test_a_period_without_refusals_gives_the_rate_back() -> None:
    budget = Budget(Rate(8, 10.0))
    budget.refuse(5.0)
    assert written(budget, 15.0) == 8


def test_a_key_that_refuses_again_and_again_keeps_a_quarter() -> None:
    budget = Budget(Rate(8, 10.0))
    for _ in range(20):
        budget.refuse(5.0)
    assert written(budget, 5.0) == 2


def test_what_the_platform_tells_takes_the_place_of_what_was_known() -> None:
    budget = Budget(Rate(5, 5.0))
    budget.correct(Rate(10, 10.0))
    assert written(budget, 0.0) == 10


def test_where_bursts_are_let_through_the_way_does_not_count() -> None:
    budget = Budget(Rate(1, 1.0, bursts=3))
    budget.begin(0.0)
    assert budget.free(0.9) == 0
    budget.end(0.0, 0.95)
    assert budget.free(1.0) == 1


def test_what_others_have_used_comes_back_bit_by_bit() -> None:
    budget = Budget(Rate(10, 60.0))
    budget.hold(100.0, 106.0)
    assert written(budget, 105.9) == 0
    assert written(budget, 106.0) == 1
    assert written(budget, 160.0) == 9


def test_to_be_held_back_takes_no_trust_away() -> None:
    budget = Budget(Rate(8, 10.0))
    budget.hold(0.0, 5.0)
    assert written(budget, 20.0) == 8


@given(st.lists(st.tuples(st.floats(0.0, 3.0), st.floats(0.0, 8.0), st.floats(0.0, 2.0)), max_size=100))
def test_where_bursts_are_let_through_no_more_come_together_than_the_platform_takes(
    steps: list[tuple[float, float, float]],
) -> None:
    """However late they come, and however many were sent before the first of them arrived."""
    budget, now = Budget(POSTS), 0.0
    arrivals: list[float] = []
    under_way: list[tuple[float, float]] = []
    for pause, way, back in steps:
        now += pause
        for answered, began in [one for one in under_way if one[0] <= now]:
            budget.end(began, answered)
            under_way.remove((answered, began))
        if budget.free(now) > 0:
            budget.begin(now)
            arrivals.append(now + way)
            under_way.append((now + way + back, now))
    bucket = TokenBucket(5, 1.0)
    assert all(bucket.take(moment) <= 1e-9 for moment in sorted(arrivals))
