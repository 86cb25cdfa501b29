from datetime import UTC, datetime
from typing import Any

import pytest

from core.resuming import MOST_ATTEMPTS, left_behind
from storage.claims import Work
from storage.ledger import Left, SoFar
from storage.words import Platform


def work(**more: Any) -> Work:
    values: dict[str, Any] = dict.fromkeys(Work.__annotations__, "")
    values |= {"platform": Platform.SLACK, "asked_at": datetime(2026, 11, 22, tzinfo=UTC), "turns": (), "left": None}
    return Work(**(values | {"attempt": 1} | more))


def left(text: str = "", *, finish: str = "", stopped: bool = False) -> Left:
    return Left(SoFar(text, finish), stopped)


def test_a_reply_that_nobody_has_begun_is_made() -> None:
    assert left_behind(work(), makes_anew=True) is None


def test_what_the_model_had_finished_is_shown_as_it_is() -> None:
    draft = left_behind(work(attempt=2, left=left("All of it.", finish="stop")), makes_anew=True)
    assert draft is not None
    assert (draft.text, draft.finish.reason, draft.interrupted) == ("All of it.", "stop", False)


def test_what_somebody_asked_to_stop_is_stopped() -> None:
    draft = left_behind(work(attempt=2, left=left("One", stopped=True)), makes_anew=True)
    assert draft is not None
    assert (draft.text, draft.stopped) == ("One", True)


def test_a_reply_that_had_nothing_to_show_is_made_anew() -> None:
    assert left_behind(work(attempt=2, left=left(" ")), makes_anew=False) is None


@pytest.mark.parametrize("makes_anew", [True, False])
def test_a_half_made_reply_is_made_anew_where_others_stand_in_and_cut_off_elsewhere(makes_anew: bool) -> None:
    draft = left_behind(work(attempt=2, left=left("One two")), makes_anew=makes_anew)
    assert (draft is None) is makes_anew
    assert draft is None or (draft.interrupted and draft.text == "One two")


def test_a_reply_is_not_made_anew_for_ever() -> None:
    draft = left_behind(work(attempt=MOST_ATTEMPTS + 1, left=left("")), makes_anew=True)
    assert draft is not None
    assert draft.interrupted
