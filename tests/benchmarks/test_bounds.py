import pytest

from benchmarks.figures import percentile
from benchmarks.simulation import bounds, traffic
from benchmarks.simulation.limits import SLACK, Limits
from benchmarks.simulation.traffic import Question
from core.budget import Rate

NEVER = bounds.CROWDS[-1]
# One post a second in a channel, few edits, as on Slack; all writes of a channel together, as on Discord.
APART = Limits(Rate(1, 1.0), Rate(100, 60.0), Rate(2, 60.0))
TOGETHER = Limits(Rate(5, 5.0))


def at(*moments: float, channel: int = 0) -> list[Question]:
    return [Question(moment, 0, channel) for moment in moments]


@pytest.mark.parametrize("limits", [APART, TOGETHER])
def test_the_only_reply_is_whole_when_its_model_has_ended(limits: Limits) -> None:
    (one,) = at(0.0)
    assert bounds.final_texts([one], limits) == [one.ended_at]


def test_replies_that_end_together_wait_for_the_channels_next_post() -> None:
    wanted = at(0.0, 0.0, 0.0)
    end = wanted[0].ended_at
    # The first one is alone for no moment, so it is not shown before its end.
    assert bounds.scheduled(wanted, APART, NEVER) == [end, end + 1.0, end + 2.0]


def test_a_reply_that_is_shown_early_leaves_its_post_to_others() -> None:
    wanted = at(0.0, 0.0, 0.0)
    end = wanted[0].ended_at
    assert bounds.scheduled(wanted, APART, 2) == [end, end, end]
    assert bounds.final_texts(wanted, APART) == [end, end, end]


def test_no_more_replies_are_shown_early_than_edits_are_free_at_their_end() -> None:
    wanted = at(0.0, 0.0, 0.0, 0.0)
    end = wanted[0].ended_at
    assert bounds.scheduled(wanted, APART, 1) == [end, end, end, end + 1.0]


def test_an_early_post_takes_its_second_of_the_channel() -> None:
    early, *others = wanted = at(0.0, 3.2, 3.2)
    first_at, end = others[0].first_at, others[0].ended_at
    assert bounds.first_texts(wanted, APART) == [early.first_at, first_at, first_at + 1.0]
    assert bounds.scheduled(wanted, APART, NEVER) == [early.ended_at, end, end + 1.0]


def test_where_all_writes_count_together_an_early_post_costs_one_of_them() -> None:
    wanted = at(*[0.0] * 5)
    end = wanted[0].ended_at
    assert bounds.scheduled(wanted, TOGETHER, NEVER) == [end] * 5
    assert max(bounds.scheduled(wanted, TOGETHER, 1)) > end


def test_the_bound_is_the_schedule_with_the_least_p99() -> None:
    wanted = traffic.many_workspaces(10, 400, 60.0)

    def late(moments: list[float]) -> float | None:
        return percentile([moment - one.asked_at for one, moment in zip(wanted, moments, strict=True)], 0.99)

    found = {crowd: late(bounds.scheduled(wanted, SLACK, crowd)) for crowd in bounds.CROWDS}
    assert len(set(found.values())) > 1
    assert late(bounds.final_texts(wanted, SLACK)) == min(value for value in found.values() if value is not None)
