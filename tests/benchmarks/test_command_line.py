import os

import pytest

from benchmarks.plan import plan_of
from benchmarks.subjects import Subject
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
    assert plan.subjects == (Subject.FLOOR, Subject.PARLEY)


def test_what_does_the_least_is_measured_when_it_is_asked_for() -> None:
    assert plan_of(["--least"]).subjects == (Subject.FLOOR, Subject.LEAST, Subject.PARLEY)


def test_each_question_has_a_channel_of_its_own_unless_told_otherwise() -> None:
    (alone,) = plan_of(["--platforms", "slack", "--replies", "50"]).loads
    (crowded,) = plan_of(["--platforms", "slack", "--replies", "50", "--channels", "10"]).loads

    assert (alone.channels, crowded.channels) == (50, 10)


@pytest.mark.parametrize("wrong", [["--replies", "0"], ["--platforms", "irc"], ["--limits", "maybe"]])
def test_what_cannot_be_measured_is_refused(wrong: list[str]) -> None:
    with pytest.raises(SystemExit):
        plan_of(wrong)


def test_a_short_run_has_less_of_everything_and_one_at_least(environment: "os._Environ[str]") -> None:
    environment["BENCHMARKS_SCALE"] = "0.01"
    plan = plan_of(["--platforms", "slack", "--replies", "1,20,100,300", "--tokens", "600", "--over", "20"])

    assert [(load.replies, load.rounds, load.tokens, load.over_s) for load in plan.loads] == [
        (1, 1, 6, 0.2),
        (3, 1, 6, 0.2),
    ]
    assert plan.repeats == 1


@pytest.mark.parametrize("scale", ["0", "2", "little"])
def test_a_run_is_only_ever_made_shorter(scale: str, environment: "os._Environ[str]") -> None:
    environment["BENCHMARKS_SCALE"] = scale
    with pytest.raises(SystemExit):
        plan_of([])
