from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core import summaries, tokens
from core.drafts import Draft
from core.history import Request
from storage.backlogs import Backlog
from storage.claims import Turn
from storage.incoming import File
from storage.summaries import Summary
from storage.words import FileKind, Role
from tests.core.test_history import WORK, by_bot, by_parley, by_person

said = st.lists(
    st.sampled_from([by_person, by_parley, by_bot]).flatmap(lambda make: st.text(max_size=400).map(make)),
    min_size=1,
    max_size=30,
)


@given(said, st.text(max_size=3_000), st.integers(1_000, 4_000))
def test_a_summary_is_asked_for_within_the_window_and_of_the_oldest_turns(
    turns: list[Turn], before: str, budget: int
) -> None:
    old = Backlog(Summary(1, 1, before), tuple(turns))
    part, request = summaries.asked(old, budget)
    takes = sum(tokens.estimate(message.content) for message in request)
    assert part.turns == old.turns[: len(part.turns)]
    assert part.turns
    assert takes <= budget * 1.1 or len(part.turns) == 1
    assert [message.role for message in request] == [Role.SYSTEM, Role.USER]


@given(said, st.integers(0, 3_000), st.integers(1, 40))
def test_what_is_summarised_leaves_the_newest_turns_as_they_were(turns: list[Turn], room: int, most: int) -> None:
    beyond = summaries.beyond(turns, room, most)
    assert list(beyond) == turns[: len(beyond)]
    assert 1 <= len(turns) - len(beyond) <= max(most // 2, 1)


def test_people_are_told_apart_and_files_are_named() -> None:
    file = File(name="plan.txt", kind=FileKind.TEXT, text="top secret")
    turns = (replace(by_person("look", "Ben"), files=(file,)), by_parley("I see."))
    _, request = summaries.asked(Backlog(None, turns), 5_000)
    assert request[1].content.endswith("Ben: look\n[File: plan.txt]\n\nParley: I see.")


def draft(tokens_: int, **more: Any) -> Draft:
    return Draft(request=Request([], [], [], [tokens_], [], **more), prompt_tokens=1_000)


def test_a_window_that_fills_is_noticed_before_anything_falls_out() -> None:
    assert not summaries.is_crowded(WORK, draft(500), 10)
    assert summaries.is_crowded(WORK, draft(800), 10)
    assert summaries.is_crowded(WORK, draft(500, no_room=1), 10)
    assert summaries.is_crowded(replace(WORK, older=True), draft(500), 10)
    assert not summaries.is_crowded(replace(WORK, older=True), draft(500, summary=Summary(1, 1, "x")), 10)
    assert not summaries.is_crowded(WORK, Draft(), 10)
