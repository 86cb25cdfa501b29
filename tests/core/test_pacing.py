from collections import deque
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.budget import Budget, Rate
from core.pacing import Claim, Line, Want

RATE = Rate(5, 10.0)


def line_of(*wants: Want, rate: Rate = RATE) -> tuple[Line, list[Claim]]:
    line, claims = Line(Budget(rate)), [Claim() for _ in wants]
    for claim, want in zip(claims, wants, strict=True):
        line.ask(claim, want)
    return line, claims


def following(line: Line, now: float) -> Claim | None:
    """The next claim, on a line where opening and editing share the budget."""
    return line.next(now, lambda _: line)


def drain(line: Line, now: float) -> list[Claim]:
    served = []
    while claim := following(line, now):
        served.append(claim)
        line.wrote(claim, now)
    return served


def test_first_texts_go_before_final_texts_and_those_before_previews() -> None:
    line, (preview, final, first) = line_of(Want.PREVIEW, Want.FINAL, Want.FIRST)
    assert drain(line, 0.0) == [first, final, preview]


def test_no_more_writes_than_the_rate_allows() -> None:
    line, claims = line_of(*[Want.FINAL] * 7)
    assert drain(line, 0.0) == claims[:5]
    assert drain(line, 9.9) == []
    assert drain(line, 10.0) == claims[5:]


def test_a_write_counts_until_a_period_after_its_answer() -> None:
    line, claims = line_of(*[Want.FINAL] * 6)
    for _ in range(5):
        assert following(line, 0.0)
    assert following(line, 20.0) is None
    line.wrote(claims[0], 20.0)
    assert following(line, 29.9) is None
    assert line.budget.free(30.0) == 1


def test_previews_are_spread_evenly() -> None:
    line, (first, second) = line_of(Want.PREVIEW, Want.PREVIEW)
    assert drain(line, 0.0) == [first]
    assert drain(line, 1.9) == []
    assert drain(line, 2.0) == [second]


def test_previews_never_spend_what_is_owed_to_final_texts() -> None:
    line, _ = line_of(Want.PREVIEW)
    for _ in range(5):
        line.owe(Claim())
    assert drain(line, 0.0) == []


def test_a_reply_is_not_opened_early_when_its_final_text_could_not_be_paid() -> None:
    line, (first,) = line_of(Want.FIRST)
    for _ in range(4):
        line.owe(Claim())
    assert drain(line, 0.0) == []
    line.ask(first, Want.WHOLE)
    assert drain(line, 0.0) == [first]


def test_an_opening_is_paid_for_on_the_line_of_its_edits() -> None:
    posts, (first,) = line_of(Want.FIRST, rate=Rate(1, 1.0))
    edits, other = Line(Budget(Rate(1, 60.0))), Claim()
    edits.owe(other)
    assert posts.next(0.0, lambda _: edits) is None
    edits.settle(other)
    assert posts.next(0.0, lambda _: edits) is first


def test_openings_at_the_same_time_never_count_on_the_same_final_write() -> None:
    edits, opened = Line(Budget(Rate(5, 60.0))), 0
    for _ in range(10):
        posts, _claims = line_of(Want.FIRST, rate=Rate(1, 1.0))
        opened += posts.next(0.0, lambda _: edits) is not None
    assert (opened, edits.owed) == (5, 5)


def test_previews_wait_a_period_where_a_first_text_lacks_what_they_have_spent() -> None:
    posts, (first,) = line_of(Want.FIRST, rate=Rate(1, 1.0))
    edits, (preview,) = line_of(Want.PREVIEW, rate=Rate(2, 60.0))
    assert drain(edits, 0.0) == [preview]
    edits.owe(Claim())
    assert posts.next(50.0, lambda _: edits) is None
    edits.ask(preview, Want.PREVIEW)
    assert posts.next(60.0, lambda _: edits) is first
    edits.settle(first)
    assert drain(edits, 109.9) == []
    assert drain(edits, 110.0) == [preview]


def test_previews_go_on_where_replies_that_are_shown_leave_no_room_for_another() -> None:
    posts, _ = line_of(Want.FIRST, rate=Rate(1, 1.0))
    edits, (preview,) = line_of(Want.PREVIEW, rate=Rate(2, 60.0))
    for owing in (shown := [Claim(), Claim()]):
        edits.owe(owing)
    assert posts.next(0.0, lambda _: edits) is None
    edits.settle(shown[0])
    assert drain(edits, 0.1) == [preview]


def test_where_edits_are_scarce_the_last_ones_are_for_channels_where_others_wait_to_be_shown() -> None:
    busy, firsts = line_of(*[Want.FIRST] * 2, rate=Rate(1, 1.0))
    quiet, (lone,) = line_of(Want.FIRST, rate=Rate(1, 1.0))
    edits = Line(Budget(Rate(20, 60.0)))
    for moment in range(20):
        edits.budget.begin(moment)
        edits.budget.end(moment, moment)
    assert quiet.next(59.0, lambda _: edits) is None
    assert quiet.next(60.0, lambda _: edits) is None
    assert busy.next(60.0, lambda _: edits) is firsts[0]
    assert quiet.next(62.0, lambda _: edits) is lone


def test_a_pause_holds_every_write_of_the_key() -> None:
    line, (final,) = line_of(Want.FINAL)
    line.budget.refuse(30.0)
    assert drain(line, 29.9) == []
    assert line.wait_s(0.0) == 30.0
    assert drain(line, 30.0) == [final]


def test_who_left_is_not_served() -> None:
    line, (final,) = line_of(Want.FINAL)
    line.leave(final)
    assert drain(line, 0.0) == []
    assert line.wait_s(0.0) is None


def test_a_spared_write_costs_nothing() -> None:
    line, claims = line_of(*[Want.FINAL] * 6, rate=Rate(1, 60.0))
    assert following(line, 0.0) is claims[0]
    line.spared(claims[0])
    assert following(line, 0.0)


def test_the_saved_write_is_for_final_texts_alone() -> None:
    line, (preview, _) = line_of(Want.PREVIEW, Want.FIRST, rate=Rate(2, 10.0, saved=1))
    assert drain(line, 0.0) == [preview]
    final, whole = Claim(), Claim()
    line.ask(final, Want.FINAL)
    line.ask(whole, Want.WHOLE)
    assert drain(line, 0.1) == [whole]
    assert drain(line, 10.1) == [final]


steps = st.lists(
    st.tuples(st.floats(0.0, 3.0), st.integers(0, 7), st.sampled_from(Want), st.floats(0.0, 0.5)), max_size=200
)


@given(steps, st.integers(0, 2))
def test_in_every_window_of_the_platform_the_writes_stay_within_the_rate(
    steps: list[tuple[float, int, Want, float]], saved: int
) -> None:
    line, claims = Line(Budget(replace(RATE, saved=saved))), [Claim() for _ in range(8)]
    now, arrived = 0.0, deque[float]()
    for pause, index, want, delay in steps:
        now += pause
        line.ask(claims[index], want)
        while claim := following(line, now):
            arrived.append(now + delay / 2)
            now += delay
            line.wrote(claim, now)
    for moment in arrived:
        assert sum(1 for other in arrived if moment <= other < moment + RATE.period_s) <= RATE.limit


@given(st.integers(1, 40), st.lists(st.integers(0, 39), max_size=60))
def test_no_final_text_is_starved(finals: int, previews: list[int]) -> None:
    line = Line(Budget(RATE))
    waiting = [Claim() for _ in range(finals)]
    others = [Claim() for _ in range(40)]
    for claim in waiting:
        line.ask(claim, Want.FINAL)
    served: list[Claim] = []
    now = 0.0
    while len(set(served) & set(waiting)) < finals:
        for index in previews:
            line.ask(others[index], Want.PREVIEW)
        served += drain(line, now)
        now += 1.0
        assert now <= finals / RATE.limit * RATE.period_s + 1.0


@given(st.integers(2, 6))
def test_previews_are_shared_fairly(replies: int) -> None:
    line, claims = line_of(*[Want.PREVIEW] * replies)
    counts = dict.fromkeys(claims, 0)
    for step in range(replies * 10):
        for claim in drain(line, step * RATE.gap_s):
            counts[claim] += 1
            line.ask(claim, Want.PREVIEW)
    assert max(counts.values()) - min(counts.values()) <= 1
