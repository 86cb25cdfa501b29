import pytest

from benchmarks.plan import plan_of
from storage.words import Platform


def test_one_and_fifty_replies_on_both_platforms_are_measured_when_nothing_is_said() -> None:
    plan = plan_of([])

    assert [(load.platform, load.replies) for load in plan.loads] == [
        (Platform.SLACK, 1),
        (Platform.SLACK, 50),
        (Platform.DISCORD, 1),
        (Platform.DISCORD, 50),
    ]
    assert not any(load.limits for load in plan.loads)


def test_each_question_has_a_channel_of_its_own_unless_told_otherwise() -> None:
    (alone,) = plan_of(["--platforms", "slack", "--replies", "50"]).loads
    (crowded,) = plan_of(["--platforms", "slack", "--replies", "50", "--channels", "10"]).loads

    assert (alone.channels, crowded.channels) == (50, 10)


@pytest.mark.parametrize("wrong", [["--replies", "0"], ["--platforms", "irc"], ["--limits", "maybe"]])
def test_what_cannot_be_measured_is_refused(wrong: list[str]) -> None:
    with pytest.raises(SystemExit):
        plan_of(wrong)
