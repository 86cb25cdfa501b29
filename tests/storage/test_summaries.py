from datetime import UTC, datetime

import pytest
from sqlmodel import select

from storage import backlogs, changes, claims, replies, summaries, threads
from storage.backlogs import Backlog
from storage.claims import Work
from storage.database import Database
from storage.replies import Outcome
from storage.states import ReplyState
from storage.tables import Spending, Summary
from tests.storage.samples import BEN, BILL, DEPLOYBOT, GENERAL, said

LATER = datetime(2026, 11, 22, 10, tzinfo=UTC)


async def ask(database: Database, number: int, answer: str = "") -> Work:
    """A question, with its answer if there is any."""
    await database.run(threads.keep, said(number, f"question {number}"))
    work = await database.run(claims.claim, 1, 50)
    assert work is not None
    if answer:
        await database.run(replies.add_segment, work, 0, f"s{number}")
        outcome = Outcome(state=ReplyState.DONE, text=answer, messages=1, told=answer == "telling")
        await database.run(replies.settle, work, outcome)
    return work


async def conversation(database: Database, count: int = 4) -> None:
    for number in range(1, count + 1):
        await ask(database, number, f"answer {number}")


async def summarise(database: Database, turns: int, text: str, up_to: int = 99) -> bool:
    """Cover so many further turns."""
    found = await database.run(backlogs.backlog, 1, up_to, 50)
    return await database.run(backlogs.keep, 1, Backlog(found.base, found.turns[:turns]), text, BILL)


async def waiting(database: Database) -> list[str]:
    return [turn.text for turn in (await database.run(backlogs.backlog, 1, 99, 50)).turns]


async def newest(database: Database) -> str | None:
    found = await database.run(summaries.newest, 1)
    return found.text if found else None


async def test_a_reply_is_given_the_summary_of_what_was_said_before_it(database: Database) -> None:
    await conversation(database)
    assert await summarise(database, 3, "Two questions.")
    assert await waiting(database) == ["answer 2", "question 3", "answer 3", "question 4", "answer 4"]
    assert await summarise(database, 3, "Three questions.")
    work = await ask(database, 5)
    assert work.summary is not None
    assert (work.summary.text, work.turns[4].message_id < work.summary.up_to_id) == ("Three questions.", True)


async def test_a_further_version_is_not_given_a_summary_of_its_own_question(database: Database) -> None:
    await conversation(database, 3)
    assert await summarise(database, 2, "One question.")
    assert await summarise(database, 3, "Two questions, and half of a third.")
    await database.run(replies.again, 3)
    anew = await database.run(claims.claim, 1, 50)
    assert anew is not None
    assert anew.summary is not None
    assert anew.summary.text == "One question."


async def test_an_edit_forgets_every_summary_that_covers_it(database: Database) -> None:
    await conversation(database)
    await summarise(database, 2, "First.")
    await summarise(database, 2, "Second.")
    await database.run(changes.edit, GENERAL, "4", "not covered", LATER)
    assert await newest(database) == "Second."
    await database.run(changes.edit, GENERAL, "2", "covered", LATER)
    assert await newest(database) == "First."
    await database.run(changes.edit, GENERAL, "1", "covered, too", LATER)
    assert await newest(database) is None
    rows = await database.run(lambda session: list(session.execute(select(Summary)).scalars()))
    assert [(row.text, row.tokens_in, row.cost_microusd) for row in rows] == [("", 100, 7)] * 2


@pytest.mark.parametrize("message_id", ["1", "s1"])
async def test_a_deleted_message_is_in_no_summary_any_more(database: Database, message_id: str) -> None:
    await conversation(database)
    await summarise(database, 2, "First.")
    await database.run(changes.remove, GENERAL, message_id)
    assert await newest(database) is None


async def test_an_answer_that_is_made_anew_is_in_no_summary_any_more(database: Database) -> None:
    await conversation(database)
    await summarise(database, 2, "First.")
    await database.run(replies.again, 1)
    assert await newest(database) is None


async def test_what_another_thread_says_concerns_no_summary(database: Database) -> None:
    await conversation(database)
    await summarise(database, 2, "First.")
    await database.run(threads.keep, said(50, thread_key="50"))
    await database.run(changes.edit, GENERAL, "50", "other", LATER)
    assert await newest(database) == "First."
    assert await database.run(summaries.of_thread, 2, 1) is None


@pytest.mark.parametrize("changed", ["edit", "remove"])
async def test_no_summary_is_kept_of_what_was_changed_while_it_was_made(database: Database, changed: str) -> None:
    await conversation(database)
    found = await database.run(backlogs.backlog, 1, 99, 50)
    if changed == "edit":
        await database.run(changes.edit, GENERAL, "2", "other", LATER)
    else:
        await database.run(changes.remove, GENERAL, "2")
    assert not await database.run(backlogs.keep, 1, found, "Secret.", BILL)
    assert await newest(database) is None
    (row,) = await database.run(lambda session: list(session.execute(select(Summary)).scalars()))
    (spent,) = await database.run(lambda session: list(session.execute(select(Spending)).scalars()))
    assert (row.text, row.cost_microusd, spent.cost_microusd, spent.person_id) == ("", 7, 7, "")


async def test_of_two_that_were_made_at_once_one_is_kept(database: Database) -> None:
    await conversation(database)
    found = await database.run(backlogs.backlog, 1, 99, 50)
    assert await database.run(backlogs.keep, 1, found, "One.", BILL)
    assert not await database.run(backlogs.keep, 1, found, "Two.", BILL)
    assert await newest(database) == "One."


async def test_the_newest_are_summarised_first_and_then_what_came_since(database: Database) -> None:
    await conversation(database)
    first = await database.run(backlogs.backlog, 1, 99, 3)
    assert [turn.text for turn in first.turns] == ["answer 3", "question 4", "answer 4"]
    await database.run(backlogs.keep, 1, Backlog(None, first.turns[:1]), "First.", BILL)
    second = await database.run(backlogs.backlog, 1, 99, 1)
    assert ([turn.text for turn in second.turns], second.more) == (["question 4"], True)
    assert await waiting(database) == ["question 4", "answer 4"]


async def test_a_reply_knows_whether_there_are_older_turns_and_which_is_its_trigger(database: Database) -> None:
    await conversation(database, 2)
    await database.run(threads.keep, said(3, "three", author=BEN))
    await database.run(threads.keep, said(4, "four", asks=False, author=DEPLOYBOT))
    work = await database.run(claims.claim, 1, 3)
    assert work is not None
    assert ([turn.text for turn in work.turns], work.older) == (["answer 2", "three", "four"], True)
    assert work.turns[1].message_id == work.trigger_row


async def test_people_are_told_by_one_reply_of_a_thread(database: Database) -> None:
    await ask(database, 1, "answer")
    assert (await ask(database, 2, "telling")).told_by is None
    assert (await ask(database, 3, "telling")).told_by == 2
    assert (await ask(database, 4)).told_by == 2
