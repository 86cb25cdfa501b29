import itertools
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from core.floods import MINUTE_S, Floods, Level, Who

ANN, BEN = Who(Level.PERSON, "ann"), Who(Level.PERSON, "ben")
GENERAL = Who(Level.CHANNEL, "general")
SERVER = Who(Level.WORKSPACE, "server")

gaps = st.lists(st.floats(0, 20), min_size=1, max_size=200)


def floods(person: int = 10, channel: int = 0, workspace: int = 0) -> Floods:
    return Floods({Level.PERSON: person, Level.CHANNEL: channel, Level.WORKSPACE: workspace})


@given(gaps=gaps, size=st.integers(1, 30))
def test_no_minute_lets_more_than_twice_the_size_through(gaps: list[float], size: int) -> None:
    subject, now, admitted = floods(size), 0.0, []
    for gap in gaps:
        now += gap
        if subject.admit((ANN, GENERAL), now) is None:
            admitted.append(now)
    for begin in admitted:
        span = [moment for moment in admitted if begin <= moment < begin + MINUTE_S]
        assert len(span) <= 2 * size


@given(gaps=gaps, size=st.integers(1, 10))
def test_after_a_minute_of_quiet_the_whole_size_is_let_through(gaps: list[float], size: int) -> None:
    subject, now = floods(size), 0.0
    for gap in gaps:
        now += gap
        subject.admit((ANN,), now)
    now += MINUTE_S + 1
    assert [subject.admit((ANN,), now) for _ in range(size + 1)] == [None] * size + [ANN]


def test_thirty_at_once_get_ten_answers() -> None:
    subject = floods()
    refused = [subject.admit((ANN, GENERAL, SERVER), second / 3) for second in range(30)]
    assert refused.count(None) == 11


def test_whoever_is_refused_takes_nothing_from_anybody() -> None:
    subject = floods(person=1, channel=2)
    assert subject.admit((ANN, GENERAL), 0) is None
    assert subject.admit((ANN, GENERAL), 0) == ANN
    assert subject.admit((BEN, GENERAL), 0) is None
    assert subject.admit((Who(Level.PERSON, "chloé"), GENERAL), 0) == GENERAL


def test_a_size_of_nothing_is_no_limit() -> None:
    subject = floods(person=0)
    assert {subject.admit((ANN, GENERAL, SERVER), 0) for _ in range(1_000)} == {None}


@given(gaps=gaps)
def test_people_are_told_once_in_a_minute(gaps: list[float]) -> None:
    subject, now, told = floods(1), 0.0, []
    for gap in gaps:
        now += gap
        if subject.notice_due(ANN, now):
            told.append(now)
    assert all(later - earlier >= MINUTE_S for earlier, later in itertools.pairwise(told))
    assert told[0] == gaps[0]


@given(times=st.lists(st.floats(-100, 100), max_size=50))
def test_a_clock_that_goes_back_gives_nobody_more(times: list[float]) -> None:
    subject = floods(3)
    answers = [subject.admit((ANN,), now) for now in times]
    assert answers.count(None) <= 3 + (200 / MINUTE_S) * 3


def test_quiet_people_are_forgotten() -> None:
    subject = floods()
    for number in range(100):
        subject.admit((Who(Level.PERSON, str(number)),), 0)
    subject.admit((ANN,), MINUTE_S)
    assert len(subject) == 1


def test_no_more_than_so_many_are_remembered_and_whoever_asked_last_among_them() -> None:
    subject = Floods({Level.PERSON: 1}, most=2)
    for who in (ANN, BEN, ANN, Who(Level.PERSON, "chloé")):
        subject.admit((who,), 0)
    assert len(subject) == 2
    assert subject.admit((ANN,), 0) == ANN
    assert subject.admit((BEN,), 0) is None


def test_what_is_asked_side_by_side_is_counted_one_by_one() -> None:
    subject = Floods({Level.PERSON: 50, Level.CHANNEL: 10_000}, most=8)

    def ask(number: int) -> bool:
        return subject.admit((ANN, Who(Level.CHANNEL, str(number))), 0) is None

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(ask, range(400))) == 50
