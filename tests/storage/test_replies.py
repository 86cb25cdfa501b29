from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from storage import claims, ledger, replies, standings, threads
from storage.claims import Work
from storage.database import Database
from storage.replies import Fenced, Outcome
from storage.states import MOVES, IllegalMove, ReplyState, move
from storage.tables import Feedback, Message
from storage.words import Platform
from tests.storage.samples import said


async def claimed(database: Database, number: int = 1) -> Work:
    await database.run(threads.keep, said(number))
    work = await database.run(claims.claim, 1, 10)
    assert work is not None
    return work


async def test_a_settled_reply_is_not_settled_again(database: Database) -> None:
    work = await claimed(database)
    await database.run(replies.settle, work, Outcome(state=ReplyState.DONE, text="hi"))
    with pytest.raises(IllegalMove):
        await database.run(replies.settle, work, Outcome(state=ReplyState.FAILED))


async def test_a_further_version_sees_what_the_first_had_seen_and_not_the_first(database: Database) -> None:
    work = await claimed(database)
    await database.run(replies.add_segment, work, 0, "a")
    await database.run(replies.settle, work, Outcome(state=ReplyState.DONE, text="first", messages=1))
    await database.run(threads.keep, said(2, "later"))
    later = await database.run(claims.claim, 1, 10)
    assert later is not None
    await database.run(replies.settle, later, Outcome(state=ReplyState.DONE, text="second"))
    await database.run(replies.again, work.reply_id)
    anew = await database.run(claims.claim, 1, 10)
    assert anew is not None
    assert (anew.reply_id, anew.version, anew.segments) == (work.reply_id, 2, ("a",))
    assert [turn.text for turn in anew.turns] == ["hello"]
    await database.run(replies.settle, anew, Outcome(state=ReplyState.DONE, text="anew"))
    await database.run(threads.keep, said(3, "and?"))
    last = await database.run(claims.claim, 1, 10)
    assert last is not None
    assert [turn.text for turn in last.turns] == ["hello", "anew", "later", "second", "and?"]
    replaced = select(Message.text).where(col(Message.replaced_at).is_not(None))
    assert await database.run(lambda session: session.exec(replaced).all()) == ["first"]


async def test_a_message_tells_the_workspace_of_its_reply_and_a_channel_those_that_know_it(database: Database) -> None:
    work = await claimed(database)
    await database.run(replies.add_segment, work, 0, "a")
    shown = [
        await database.run(standings.workspaces_of, work.platform, posts_in, message_id)
        for posts_in, message_id in ((work.posts_in, "a"), (work.posts_in, "b"), ("elsewhere", "a"))
    ]
    assert shown == [{work.workspace_id}, set(), set()]
    assert await database.run(standings.workspaces_with, work.platform, work.channel_id) == {work.workspace_id}
    assert await database.run(standings.workspaces_with, Platform.DISCORD, work.channel_id) == set()


async def test_no_version_is_made_of_what_still_runs_or_while_another_waits_or_runs(database: Database) -> None:
    work = await claimed(database)
    with pytest.raises(IllegalMove):
        await database.run(replies.again, work.reply_id)
    await database.run(replies.settle, work, Outcome(state=ReplyState.DONE, text="hi"))
    await database.run(threads.keep, said(2))
    with pytest.raises(IllegalMove):
        await database.run(replies.again, work.reply_id)
    await database.run(claims.claim, 1, 10)
    with pytest.raises(IllegalMove):
        await database.run(replies.again, work.reply_id)


async def test_what_is_asked_before_a_further_version_is_begun_is_answered_by_a_reply_of_its_own(
    database: Database,
) -> None:
    work = await claimed(database)
    await database.run(replies.settle, work, Outcome(state=ReplyState.DONE, text="hi"))
    await database.run(replies.again, work.reply_id)
    kept = await database.run(threads.keep, said(2, "and?"))
    anew = await database.run(claims.claim, 1, 10)
    assert anew is not None
    assert [turn.text for turn in anew.turns] == ["hello"]
    await database.run(replies.settle, anew, Outcome(state=ReplyState.DONE, text="anew"))
    then = await database.run(claims.claim, 1, 10)
    assert then is not None
    assert then.reply_id == kept.reply_id
    assert [turn.text for turn in then.turns] == ["hello", "anew", "and?"]


async def test_a_further_version_may_be_posted_elsewhere_and_one_that_is_not_made_moves_nothing(
    database: Database,
) -> None:
    work = await claimed(database)
    with pytest.raises(IllegalMove):
        await database.run(replies.again, work.reply_id, "nowhere")
    await database.run(replies.settle, work, Outcome(state=ReplyState.DONE, text="hi"))
    await database.run(replies.again, work.reply_id, "elsewhere")
    with pytest.raises(IllegalMove):
        await database.run(replies.again, work.reply_id, "nowhere")
    anew = await database.run(claims.claim, 1, 10)
    assert anew is not None
    assert (anew.reply_id, anew.posts_in) == (work.reply_id, "elsewhere")


async def test_messages_that_a_shorter_version_no_longer_needs_are_forgotten(database: Database) -> None:
    work = await claimed(database)
    for number in range(3):
        await database.run(replies.add_segment, work, number, str(number))
    await database.run(replies.settle, work, Outcome(state=ReplyState.DONE, text="long", messages=3))
    for expected in (("0", "1", "2"), ("0", "1")):
        await database.run(replies.again, work.reply_id)
        anew = await database.run(claims.claim, 1, 10)
        assert anew is not None
        assert anew.segments == expected
        await database.run(replies.settle, anew, Outcome(state=ReplyState.DONE, text="short", messages=2))


async def test_a_queued_reply_is_stopped_at_once_and_a_running_one_by_whoever_runs_it(database: Database) -> None:
    await database.run(threads.keep, said(1))
    assert await database.run(ledger.ask_to_stop, 1) is True
    assert await database.run(claims.claim, 1, 10) is None
    work = await claimed(database, 2)
    assert await database.run(ledger.ask_to_stop, work.reply_id) is True
    assert [row.stop_asked for row in await database.run(ledger.rows_of, [work.reply_id])] == [True]
    await database.run(replies.settle, work, Outcome(state=ReplyState.STOPPED))
    assert await database.run(ledger.ask_to_stop, work.reply_id) is False


async def test_a_second_opinion_replaces_the_first(database: Database) -> None:
    work = await claimed(database)
    await database.run(replies.rate, work.reply_id, "U1", 1)
    await database.run(replies.rate, work.reply_id, "U1", -1)
    values = await database.run(lambda session: [one.value for one in session.exec(select(Feedback)).all()])
    assert values == [-1]


async def test_a_reply_stands_in_its_own_workspace(database: Database) -> None:
    work = await claimed(database)
    standing = await database.run(standings.standing, work.reply_id)
    assert standing is not None
    assert (standing.workspace_id, standing.channel_id, standing.asker_id) == ("T1", "C1", "U1")
    assert await database.run(standings.standing, 99) is None


async def test_who_was_fenced_off_can_write_nothing(database: Database) -> None:
    work = await claimed(database)
    await database.run(claims.take_over, work.reply_id)
    with pytest.raises(Fenced):
        await database.run(replies.add_segment, work, 0, "77")
    with pytest.raises(Fenced):
        await database.run(replies.settle, work, Outcome(state=ReplyState.DONE))


async def test_what_was_left_behind_is_found_for_the_served_platforms_only(database: Database) -> None:
    work = await claimed(database)
    left = await database.run(standings.unsettled, frozenset({Platform.SLACK}))
    assert [(one.reply_id, one.state) for one in left] == [(work.reply_id, ReplyState.RUNNING)]
    assert await database.run(standings.unsettled, frozenset({Platform.DISCORD})) == []


async def test_a_taken_over_reply_knows_its_segments_in_order(database: Database) -> None:
    work = await claimed(database)
    await database.run(replies.add_segment, work, 1, "b")
    await database.run(replies.add_segment, work, 0, "a")
    assert (await database.run(claims.take_over, work.reply_id)).segments == ("a", "b")


@given(st.sampled_from(ReplyState), st.sampled_from(ReplyState))
def test_a_reply_moves_only_as_the_table_says(old: ReplyState, new: ReplyState) -> None:
    if new in MOVES[old]:
        assert move(old, new) is new
        return
    with pytest.raises(IllegalMove):
        move(old, new)


async def test_what_waits_is_counted_with_since_when_the_oldest_does(database: Database) -> None:
    before = datetime.now(UTC)
    await claimed(database)
    await database.run(threads.keep, said(2, "and?"))
    found = await database.run(standings.unsettled_by_state)
    queued = found[ReplyState.QUEUED]
    assert {state: waiting.count for state, waiting in found.items()} == {ReplyState.QUEUED: 1, ReplyState.RUNNING: 1}
    assert queued.since is not None
    assert before - timedelta(seconds=1) < queued.since <= datetime.now(UTC)
