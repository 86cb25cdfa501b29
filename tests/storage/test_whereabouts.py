from dataclasses import replace

from storage import threads, whereabouts
from storage.database import Database
from storage.whereabouts import Conversation, Whereabouts
from storage.words import Platform
from tests.storage.samples import GENERAL, said


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
