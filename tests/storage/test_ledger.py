import asyncio

import pytest

from storage import claims, ledger, replies, threads
from storage.claims import Work
from storage.database import Database
from storage.ledger import SoFar
from storage.replies import Fenced, Outcome
from storage.states import ReplyState
from storage.words import Platform
from tests.storage.samples import said


async def claimed(database: Database, number: int = 1, runner: str = "one") -> Work:
    await database.run(threads.keep, said(number))
    work = await database.run(claims.claim, 1, 10, runner=runner)
    assert work is not None
    return work


async def test_what_was_left_running_comes_before_what_waits(database: Database) -> None:
    first = await claimed(database)
    await database.run(ledger.write_down, [(first.reply_id, first.epoch, SoFar("One two"))])
    await database.run(replies.add_segment, first, 0, "a")
    await database.run(threads.keep, said(2))
    again = await database.run(claims.claim, 1, 10, runner="two")
    assert again is not None
    assert again.left is not None
    assert (again.reply_id, again.attempt, again.segments) == (first.reply_id, 2, ("a",))
    assert (again.left.so_far.text, again.left.stopped) == ("One two", False)
    await database.run(replies.settle, again, Outcome(state=ReplyState.DONE, text="One two three"))
    second = await database.run(claims.claim, 1, 10, runner="two")
    assert second is not None
    assert (second.trigger_id, second.attempt, second.left) == ("2", 1, None)


async def test_who_was_fenced_off_writes_nothing_down(database: Database) -> None:
    first = await claimed(database)
    again = await database.run(claims.claim, 1, 10, runner="two")
    assert again is not None
    await database.run(ledger.write_down, [(first.reply_id, first.epoch, SoFar("stale"))])
    assert (await database.run(ledger.left, first.reply_id)).so_far.text == ""
    with pytest.raises(Fenced):
        await database.run(replies.settle, first, Outcome(state=ReplyState.DONE))


async def test_settling_twice_in_the_same_way_changes_nothing(database: Database) -> None:
    work = await claimed(database)
    for _ in range(2):
        await database.run(replies.settle, work, Outcome(state=ReplyState.DONE, text="once"))
    await database.run(threads.keep, said(2))
    after = await database.run(claims.claim, 1, 10)
    assert after is not None
    assert [turn.text for turn in after.turns] == ["hello", "once", "hello"]


async def test_a_further_version_begins_with_nothing_written_down(database: Database) -> None:
    work = await claimed(database)
    await database.run(ledger.write_down, [(work.reply_id, work.epoch, SoFar("old", "stop"))])
    await database.run(ledger.ask_to_stop, work.reply_id)
    await database.run(replies.settle, work, Outcome(state=ReplyState.STOPPED, text="old"))
    await database.run(replies.again, work.reply_id)
    anew = await database.run(claims.claim, 1, 10)
    assert anew is not None
    assert (anew.version, anew.attempt, anew.left) == (2, 1, None)
    assert [row.stop_asked for row in await database.run(ledger.rows_of, [work.reply_id])] == [False]


async def test_the_first_reply_waits_for_what_was_said_before(database: Database) -> None:
    await database.run(threads.keep, said(1), opens_with_more=True)
    assert await database.run(claims.claim, 1, 10) is None
    assert await database.run(ledger.is_waiting, 1)
    await database.run(ledger.make_ready, 1)
    assert await database.run(claims.claim, 1, 10) is not None


async def test_a_process_knows_who_else_is_at_work_in_its_workspaces(database: Database) -> None:
    await claimed(database)
    await database.run(threads.keep, said(2, thread_key="2"))
    await database.run(claims.claim, 2, 10, runner="two")
    await database.run(threads.keep, said(3, thread_key="3"))
    await database.run(claims.claim, 3, 10, runner="two")
    found = await database.run(ledger.neighbours, "one")
    assert {(one.platform, one.workspace_id, one.runner) for one in found} == {
        (Platform.SLACK, "T1", "one"),
        (Platform.SLACK, "T1", "two"),
    }
    assert await database.run(ledger.neighbours, "three") == []


async def test_a_message_is_kept_once_however_many_processes_hear_of_it(database: Database) -> None:
    kept = await asyncio.gather(*(database.run(threads.keep, said(1)) for _ in range(8)))
    assert sum(one.new for one in kept) == 1
    assert sum(one.reply_id is not None for one in kept) == 1


async def test_whatever_is_written_while_a_reply_is_taken_up_is_answered(database: Database) -> None:
    """A message is either among the turns of the reply that is taken up, or it asks for one of its own."""
    for thread in range(1, 16):
        key, first, second = str(thread), 2 * thread, 2 * thread + 1
        kept = await database.run(threads.keep, said(first, thread_key=key))
        assert kept.thread_id is not None
        work, late = await asyncio.gather(
            database.run(claims.claim, kept.thread_id, 10),
            database.run(threads.keep, said(second, "late", thread_key=key)),
        )
        assert work is not None
        seen = any(turn.text == "late" for turn in work.turns)
        assert seen is (late.reply_id is None)
