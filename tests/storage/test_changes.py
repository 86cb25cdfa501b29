from datetime import UTC, datetime, timedelta

from storage import changes, claims, replies, threads
from storage.changes import Answered, Edited, Removed
from storage.configurations import Configuration
from storage.database import Database
from storage.replies import Outcome
from storage.states import ReplyState
from storage.words import Refusal
from tests.storage.samples import DEPLOYBOT, GENERAL, said

LATER = datetime(2026, 11, 22, 10, tzinfo=UTC)


async def turns(database: Database) -> list[str]:
    work = await database.run(claims.claim, 1, 10)
    assert work is not None
    return [turn.text for turn in work.turns]


async def test_an_edit_before_the_answer_starts_is_what_is_answered(database: Database) -> None:
    await database.run(threads.keep, said(1, "hwo?"))
    assert (await database.run(changes.edit, GENERAL, "1", "how?", LATER)) == Edited(changed=True)
    assert await turns(database) == ["how?"]


async def test_an_edit_that_changes_no_text_does_nothing(database: Database) -> None:
    await database.run(threads.keep, said(1))
    assert not (await database.run(changes.edit, GENERAL, "1", "hello", LATER)).changed


async def test_an_edit_that_is_told_late_does_not_undo_a_newer_one(database: Database) -> None:
    await database.run(threads.keep, said(1))
    await database.run(changes.edit, GENERAL, "1", "newest", LATER)
    earlier = await database.run(changes.edit, GENERAL, "1", "newer", LATER - timedelta(seconds=2))
    assert not earlier.changed
    assert await turns(database) == ["newest"]


async def test_an_edit_of_what_was_never_kept_does_nothing(database: Database) -> None:
    assert not (await database.run(changes.edit, GENERAL, "1", "hello", LATER)).changed


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


async def test_an_edit_of_a_question_tells_the_answer_that_people_see(database: Database) -> None:
    await settled(database, "a", "b")
    edited = await database.run(changes.edit, GENERAL, "1", "other question", LATER)
    assert edited == Edited(True, Answered(1, 1, "b"))
    assert edited.answered is not None
    assert await database.run(changes.still_shows, edited.answered)
    await database.run(replies.again, 1)
    assert not await database.run(changes.still_shows, edited.answered)
    assert (await database.run(changes.edit, GENERAL, "1", "yet another", LATER)) == Edited(changed=True)


class Flood:
    """Lets nothing be answered."""

    def known(self, workspace_row: int, revision: int) -> None:
        return None

    def keeps(self, configuration: Configuration) -> bool:
        return True

    def refuses(self, configuration: Configuration) -> str:
        return Refusal.FLOOD.value


class Nobody(threads.Everybody):
    """Answers nothing."""

    def refuses(self, _configuration: Configuration) -> str:
        return Refusal.FLOOD.value


async def test_what_was_refused_has_no_answer(database: Database) -> None:
    kept = await database.run(threads.keep, said(1), Flood())
    assert kept.refused_id is not None
    work = await database.run(claims.take_over, kept.refused_id)
    await database.run(replies.add_segment, work, 0, "a")
    assert (await database.run(changes.edit, GENERAL, "1", "again", LATER)) == Edited(changed=True)


async def test_what_is_said_besides_questions_has_no_answer(database: Database) -> None:
    await settled(database, "a")
    await database.run(threads.keep, said(2, asks=False, author=DEPLOYBOT))
    assert (await database.run(changes.edit, GENERAL, "2", "other", LATER)) == Edited(changed=True)
