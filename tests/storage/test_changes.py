from datetime import UTC, datetime

from storage import changes, claims, replies, threads
from storage.changes import Removed
from storage.database import Database
from storage.replies import Outcome
from storage.states import ReplyState
from tests.storage.samples import GENERAL, said

LATER = datetime(2026, 11, 22, 10, tzinfo=UTC)


async def turns(database: Database) -> list[str]:
    work = await database.run(claims.claim, 1, 10)
    assert work is not None
    return [turn.text for turn in work.turns]


async def test_an_edit_before_the_answer_starts_is_what_is_answered(database: Database) -> None:
    await database.run(threads.keep, said(1, "hwo?"))
    assert await database.run(changes.edit, GENERAL, "1", "how?", LATER)
    assert await turns(database) == ["how?"]


async def test_an_edit_that_changes_no_text_does_nothing(database: Database) -> None:
    await database.run(threads.keep, said(1))
    assert not await database.run(changes.edit, GENERAL, "1", "hello", LATER)


async def test_an_edit_of_what_was_never_kept_does_nothing(database: Database) -> None:
    assert not await database.run(changes.edit, GENERAL, "1", "hello", LATER)


async def test_a_deleted_message_leaves_the_history(database: Database) -> None:
    await database.run(threads.keep, said(1, "secret"))
    await database.run(threads.keep, said(2, "question"))
    await database.run(changes.remove, GENERAL, "2")
    await database.run(threads.keep, said(3, "other"))
    assert await turns(database) == ["secret", "other"]


async def test_a_question_that_is_deleted_before_its_turn_is_not_answered(database: Database) -> None:
    await database.run(threads.keep, said(1))
    assert await database.run(changes.remove, GENERAL, "1") == Removed()
    assert await database.run(claims.claim, 1, 10) is None


async def test_deleting_the_question_or_the_answer_of_a_running_reply_concerns_it(database: Database) -> None:
    await database.run(threads.keep, said(1))
    work = await database.run(claims.claim, 1, 10)
    assert work is not None
    await database.run(replies.add_segment, work, 0, "77")
    assert await database.run(changes.remove, GENERAL, "77") == Removed(work.reply_id)
    assert await database.run(changes.remove, GENERAL, "1") == Removed(work.reply_id)


async def settled(database: Database, *segments: str) -> None:
    await database.run(threads.keep, said(1, "question"))
    work = await database.run(claims.claim, 1, 10)
    assert work is not None
    for number, segment in enumerate(segments):
        await database.run(replies.add_segment, work, number, segment)
    await database.run(replies.settle, work, Outcome(state=ReplyState.DONE, text="answer", messages=len(segments)))


async def test_an_answer_of_which_a_message_is_deleted_is_forgotten(database: Database) -> None:
    await settled(database, "77", "78")
    assert await database.run(changes.remove, GENERAL, "78") == Removed()
    await database.run(threads.keep, said(2, "other"))
    assert await turns(database) == ["question", "other"]


async def test_an_answer_that_is_deleted_can_still_be_made_anew(database: Database) -> None:
    await settled(database, "77")
    await database.run(changes.remove, GENERAL, "77")
    await database.run(replies.again, 1)
    assert await turns(database) == ["question"]
