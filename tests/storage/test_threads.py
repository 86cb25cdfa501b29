from dataclasses import replace

from sqlmodel import Session, select

from storage import claims, replies, threads, workspaces
from storage.database import Database
from storage.replies import Outcome
from storage.states import ReplyState
from storage.tables import Message, Workspace
from storage.threads import Kept
from storage.words import AuthorKind, Deed
from tests.storage.samples import ADA, ANN, BEN, DEPLOYBOT, GENERAL, said


def texts(session: Session) -> list[str]:
    return [message.text for message in session.exec(select(Message)).all()]


async def test_a_message_that_asks_is_kept_with_its_reply(database: Database) -> None:
    kept = await database.run(threads.keep, said(1))
    assert kept == Kept(thread_id=1, new=True, opened=True, reply_id=1)


async def test_a_second_delivery_changes_nothing(database: Database) -> None:
    await database.run(threads.keep, said(1))
    assert await database.run(threads.keep, said(1)) == Kept(thread_id=1)
    assert await database.run(texts) == ["hello"]


async def test_what_asks_nothing_is_not_kept_outside_parleys_threads(database: Database) -> None:
    assert await database.run(threads.keep, said(1, asks=False)) == Kept()
    assert await database.run(texts) == []


async def test_a_follow_up_in_parleys_thread_asks_for_a_reply(database: Database) -> None:
    await database.run(threads.keep, said(1))
    await database.run(claims.claim, 1, 10)
    assert (await database.run(threads.keep, said(2, asks=False))).reply_id == 2


async def test_what_comes_while_a_reply_is_queued_is_answered_by_it(database: Database) -> None:
    await database.run(threads.keep, said(1))
    assert await database.run(threads.keep, said(2, "more", asks=False)) == Kept(thread_id=1, new=True)
    work = await database.run(claims.claim, 1, 10)
    assert work is not None
    assert [turn.text for turn in work.turns] == ["hello", "more"]


async def test_another_bot_never_asks_but_is_kept_in_parleys_threads(database: Database) -> None:
    assert await database.run(threads.keep, said(1, author=DEPLOYBOT)) == Kept()
    await database.run(threads.keep, said(2))
    await database.run(claims.claim, 1, 10)
    assert await database.run(threads.keep, said(3, author=DEPLOYBOT)) == Kept(thread_id=1, new=True)


async def test_a_chain_of_replies_is_one_thread(database: Database) -> None:
    await database.run(threads.keep, said(1, thread_key="1"))
    chained = await database.run(threads.keep, said(2, thread_key="2", in_reply_to="1"))
    assert chained.thread_id == 1


async def test_a_reply_to_a_segment_of_parleys_continues_its_thread(database: Database) -> None:
    await database.run(threads.keep, said(1))
    work = await database.run(claims.claim, 1, 10)
    assert work is not None
    await database.run(replies.add_segment, work, 0, "77")
    assert (await database.run(threads.keep, said(2, thread_key="77", in_reply_to="77"))).thread_id == 1


async def test_what_came_before_is_kept_ahead_of_the_message(database: Database) -> None:
    earlier = said(1, "The build is red.", author=BEN, asks=False)
    await database.run(threads.keep, said(2, "why?", before=(earlier,)))
    work = await database.run(claims.claim, 1, 10)
    assert work is not None
    assert [(turn.author_name, turn.text) for turn in work.turns] == [("Ben", "The build is red."), ("Ann", "why?")]


async def test_the_same_channel_id_in_two_workspaces_is_two_channels(database: Database) -> None:
    other = replace(GENERAL, workspace_id="T2")
    first = await database.run(threads.keep, said(1))
    second = await database.run(threads.keep, said(1, place=other))
    assert (first.thread_id, second.thread_id) == (1, 2)


async def test_a_workspace_is_renamed_when_the_platform_says_so(database: Database) -> None:
    await database.run(threads.keep, said(1))
    await database.run(threads.keep, said(2, place=replace(GENERAL, workspace_name="Patisserie")))
    await database.run(threads.keep, said(3, place=replace(GENERAL, workspace_name="")))
    names = await database.run(lambda session: [one.name for one in session.exec(select(Workspace)).all()])
    assert names == ["Patisserie"]


async def test_turns_are_in_the_platforms_order_whatever_the_order_of_arrival(database: Database) -> None:
    await database.run(threads.keep, said(3, "third"))
    await database.run(threads.keep, said(1, "first"))
    await database.run(threads.keep, said(2, "second"))
    work = await database.run(claims.claim, 1, 10)
    assert work is not None
    assert [turn.text for turn in work.turns] == ["first", "second", "third"]


async def test_an_answer_comes_after_what_it_had_seen_and_before_what_came_later(database: Database) -> None:
    await database.run(threads.keep, said(1, "one"))
    work = await database.run(claims.claim, 1, 10)
    assert work is not None
    await database.run(threads.keep, said(2, "two"))
    await database.run(replies.settle, work, Outcome(state=ReplyState.DONE, text="answer"))
    later = await database.run(claims.claim, 1, 10)
    assert later is not None
    assert [turn.text for turn in later.turns] == ["one", "answer", "two"]
    assert later.turns[1].author_kind is AuthorKind.SELF


async def test_only_the_newest_turns_are_loaded(database: Database) -> None:
    for number in range(1, 20):
        await database.run(threads.keep, said(number, str(number), author=ANN))
    work = await database.run(claims.claim, 1, 3)
    assert work is not None
    assert [turn.text for turn in work.turns] == ["17", "18", "19"]


async def test_a_channel_may_listen_to_mentions_only(database: Database) -> None:
    await database.run(workspaces.change_channel, GENERAL, ADA, Deed.LISTEN, "listening", "mention")
    await database.run(threads.keep, said(1))
    await database.run(claims.claim, 1, 10)
    assert (await database.run(threads.keep, said(2, asks=False))).reply_id is None
    assert (await database.run(threads.keep, said(3))).reply_id is not None


async def test_a_channel_may_listen_to_everything_that_people_write(database: Database) -> None:
    await database.run(workspaces.change_channel, GENERAL, ADA, Deed.LISTEN, "listening", "every")
    assert (await database.run(threads.keep, said(1, asks=False))).reply_id is not None
    assert await database.run(threads.keep, said(2, asks=False, thread_key="2", author=DEPLOYBOT)) == Kept()


async def test_a_thread_is_filled_with_what_was_said_before(database: Database) -> None:
    kept = await database.run(threads.keep, said(5, "why?"))
    assert kept.thread_id is not None
    earlier = [said(number, str(number), asks=False) for number in (1, 2, 5)]
    assert await database.run(threads.fill, kept.thread_id, earlier) == 2
    work = await database.run(claims.claim, 1, 10)
    assert work is not None
    assert [turn.text for turn in work.turns] == ["1", "2", "why?"]
