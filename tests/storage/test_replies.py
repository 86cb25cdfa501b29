import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import replies, threads
from storage.database import Database
from storage.replies import Fenced, Outcome, Work
from storage.states import MOVES, IllegalMove, ReplyState, move
from storage.words import Platform
from tests.storage.samples import said


async def claimed(database: Database, number: int = 1) -> Work:
    await database.run(threads.keep, said(number))
    work = await database.run(replies.claim, 1, 10)
    assert work is not None
    return work


async def test_a_reply_is_claimed_once(database: Database) -> None:
    await claimed(database)
    assert await database.run(replies.claim, 1, 10) is None


async def test_a_settled_reply_never_moves_again(database: Database) -> None:
    work = await claimed(database)
    await database.run(replies.settle, work, Outcome(state=ReplyState.DONE, text="hi"))
    with pytest.raises(IllegalMove):
        await database.run(replies.settle, work, Outcome(state=ReplyState.FAILED))


async def test_who_was_fenced_off_can_write_nothing(database: Database) -> None:
    work = await claimed(database)
    await database.run(replies.take_over, work.reply_id)
    with pytest.raises(Fenced):
        await database.run(replies.add_segment, work, 0, "77")
    with pytest.raises(Fenced):
        await database.run(replies.settle, work, Outcome(state=ReplyState.DONE))


async def test_what_was_left_behind_is_found_for_the_served_platforms_only(database: Database) -> None:
    work = await claimed(database)
    left = await database.run(replies.unsettled, frozenset({Platform.SLACK}))
    assert [(one.reply_id, one.state) for one in left] == [(work.reply_id, ReplyState.RUNNING)]
    assert await database.run(replies.unsettled, frozenset({Platform.DISCORD})) == []


async def test_a_taken_over_reply_knows_its_segments_in_order(database: Database) -> None:
    work = await claimed(database)
    await database.run(replies.add_segment, work, 1, "b")
    await database.run(replies.add_segment, work, 0, "a")
    _, segments = await database.run(replies.take_over, work.reply_id)
    assert segments == ["a", "b"]


async def test_the_counts_by_state_are_right(database: Database) -> None:
    work = await claimed(database)
    await database.run(replies.settle, work, Outcome(state=ReplyState.FAILED, error="x"))
    await claimed(database, 2)
    assert await database.run(replies.count_by_state) == {ReplyState.FAILED: 1, ReplyState.RUNNING: 1}


@given(st.sampled_from(ReplyState), st.sampled_from(ReplyState))
def test_a_reply_moves_only_as_the_table_says(old: ReplyState, new: ReplyState) -> None:
    if new in MOVES[old]:
        assert move(old, new) is new
        return
    with pytest.raises(IllegalMove):
        move(old, new)
