import argparse
from math import inf

import pytest

from benchmarks.soak import __main__ as soak
from benchmarks.soak import figures
from benchmarks.soak.figures import Answers, Goal, Lag, Reading, Soak

REST = Reading(at_s=0.0, rss_mb=150.0, threads=12, files=60, sockets=40, tasks=70)
WHOLE = Answers(conversations=1_000, asked=9_000, whole=9_000, wrong={})
PUNCTUAL = Lag({0.01: 900.0, 0.05: 995.0, 0.1: 1_000.0, inf: 1_000.0})


def readings(*megabytes: float) -> list[Reading]:
    """One a minute."""
    return [
        Reading(at_s=60.0 * minute, rss_mb=rss_mb, threads=12, files=90, sockets=70, tasks=400, answering=290)
        for minute, rss_mb in enumerate(megabytes)
    ]


def verdict(
    *megabytes: float,
    after: Reading = REST,
    lag: Lag = PUNCTUAL,
    answers: Answers = WHOLE,
    conversations: int = 1_000,
) -> dict[str, bool | None]:
    seen = Soak(readings(*megabytes or (150.0,) * 8), REST, after, lag, answers)
    return {goal.name: goal.met for goal in figures.goals(seen, conversations)}


def missed(found: dict[str, bool | None]) -> list[str]:
    return [name for name, met in found.items() if not met]


def test_each_quarter_has_the_readings_of_a_quarter_of_the_time() -> None:
    quarters = figures.quarters(readings(*range(9)))

    assert [[reading.rss_mb for reading in quarter] for quarter in quarters] == [[0, 1], [2, 3], [4, 5], [6, 7, 8]]


def test_a_process_that_stays_as_it_is_meets_every_goal() -> None:
    assert missed(verdict()) == []


def test_memory_may_fill_in_the_first_quarter_and_must_stay_after_the_second() -> None:
    assert missed(verdict(50, 60, 100, 100, 103, 103, 104, 104)) == []
    assert missed(verdict(50, 60, 100, 100, 103, 104, 106, 106)) == ["memory of the last quarter beside the second"]
    assert missed(verdict(100, 100, 100, 100, 99, 95, 94, 94)) == ["memory of the last quarter beside the second"]


@pytest.mark.parametrize("name", ["tasks", "threads", "files", "sockets"])
def test_what_is_left_open_is_missed(name: str) -> None:
    few, many = ({name: getattr(REST, name) + more} for more in (figures.MORE_AT_REST, figures.MORE_AT_REST + 1))

    assert missed(verdict(after=changed(few))) == []
    assert missed(verdict(after=changed(many))) == [f"{name} at rest, before and after"]


def changed(fields: dict[str, int]) -> Reading:
    given = {"at_s": 0.0, "rss_mb": 150.0, "threads": 12, "files": 60, "sockets": 40, "tasks": 70} | fields
    return Reading(**given)  # type: ignore[arg-type]


def test_one_look_of_a_hundred_may_find_the_loop_late() -> None:
    assert missed(verdict(lag=Lag({0.05: 991.0, 0.1: 1_000.0, inf: 1_000.0}))) == []
    assert missed(verdict(lag=Lag({0.05: 990.0, 0.1: 1_000.0, inf: 1_000.0}))) == ["event-loop lag, p99"]


def test_what_is_not_told_is_not_met() -> None:
    assert verdict(lag=Lag({}))["event-loop lag, p99"] is None


def test_a_percentile_lies_within_its_bounds_as_evenly_as_they_are_filled() -> None:
    lag = Lag({0.01: 50.0, 0.02: 100.0, inf: 100.0})

    assert lag.percentile(0.25) == pytest.approx(0.005)
    assert lag.percentile(0.75) == pytest.approx(0.015)
    assert Lag({0.01: 1.0, inf: 2.0}).percentile(0.99) == 0.01


def test_what_was_late_before_the_load_does_not_count() -> None:
    before, now = Lag({0.05: 0.0, inf: 10.0}), Lag({0.05: 90.0, inf: 100.0})

    assert now.since(before) == Lag({0.05: 90.0, inf: 90.0})


def test_every_question_is_to_be_answered_and_every_conversation_to_be_held() -> None:
    lost = Answers(conversations=999, asked=9_000, whole=8_999, wrong={"lost": 1})

    assert missed(verdict(answers=lost)) == ["questions answered whole", "conversations"]
    assert next(goal for goal in _goals(lost) if goal.name == "questions answered whole").found == (
        "8,999 of 9,000, 1 lost"
    )


def _goals(answers: Answers) -> list[Goal]:
    return figures.goals(Soak(readings(*(150.0,) * 8), REST, REST, PUNCTUAL, answers), 1_000)


def test_so_many_conversations_are_as_long_as_the_time_allows() -> None:
    given = argparse.Namespace(at_once=300, minutes=30.0, speed=8.0, tokens=400, conversations=1_000)

    assert soak.turns_for(given) == 9
    assert soak.turns_for(argparse.Namespace(**{**vars(given), "conversations": 100_000})) == 1
