from dataclasses import replace
from datetime import UTC, datetime

from storage import changes, claims, replies, threads, whereabouts
from storage.database import Database
from storage.replies import Outcome
from storage.states import ReplyState
from storage.whereabouts import Conversation, Said, Whereabouts
from storage.words import Platform
from tests.storage.samples import GENERAL, said

EDITED = datetime(2026, 11, 22, 10, tzinfo=UTC)


async def keep(database: Database, *numbers_and_threads: tuple[int, str]) -> None:
    for number, thread in numbers_and_threads:
        await database.run(threads.keep, said(number, thread_key=thread))


async def test_places_are_told_newest_first_with_how_far_they_are_known(database: Database) -> None:
    await keep(database, (1, "1"), (2, "1"))
    elsewhere = replace(GENERAL, channel_id="C2")
    await database.run(threads.keep, said(3, place=elsewhere, posts_in="C2"))
    known = await database.run(whereabouts.lately, Platform.SLACK, 10)
    assert known == [Whereabouts("T1", "C2", 3), Whereabouts("T1", "C1", 2)]
    assert await database.run(whereabouts.lately, Platform.DISCORD, 10) == []


async def test_the_conversations_of_a_place_are_told_newest_first(database: Database) -> None:
    await keep(database, (1, "1"), (2, "2"), (3, "3"), (4, "1"))

    async def held(workspace: str, place: str, since: int, most: int) -> list[Conversation]:
        return await database.run(whereabouts.conversations, Platform.SLACK, workspace, place, since, most)

    assert await held("T1", "C1", 3, 10) == [Conversation("1", 4), Conversation("3", 3)]
    assert await held("T1", "C1", 0, 1) == [Conversation("1", 4)]
    assert await held("T1", "C2", 0, 10) == await held("T2", "C1", 0, 10) == []


async def test_what_is_known_of_threads_is_what_people_said_and_what_shows_the_answers(database: Database) -> None:
    await keep(database, (1, "1"), (2, "2"), (3, "3"), (4, "3"))
    work = await database.run(claims.claim, 1, 10)
    assert work is not None
    await database.run(replies.add_segment, work, 0, "77")
    await database.run(replies.settle, work, Outcome(state=ReplyState.DONE, text="answer", messages=1))
    await database.run(changes.edit, GENERAL, "2", "changed", EDITED)
    await database.run(changes.remove, GENERAL, "4")
    found = await database.run(whereabouts.said_in, Platform.SLACK, "T1", "C1", ["1", "2", "3"])
    assert found == [Said("1", "1"), Said("2", "2", EDITED), Said("3", "3"), Said("1", "77")]
    assert await database.run(whereabouts.said_in, Platform.SLACK, "T1", "C1", ["2"]) == [Said("2", "2", EDITED)]
    assert await database.run(whereabouts.said_in, Platform.SLACK, "T2", "C1", ["1"]) == []
