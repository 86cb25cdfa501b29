from dataclasses import replace

import pytest

from storage import claims, threads, workspaces
from storage.claims import Work
from storage.database import Database
from storage.incoming import Place
from storage.words import Deed
from storage.workspaces import TOPIC_LIMIT
from tests.storage.samples import ADA, GENERAL, said


async def asked(database: Database, number: int, place: Place) -> Work:
    kept = await database.run(threads.keep, said(number, place=place, thread_key=str(number)))
    work = await database.run(claims.claim, kept.thread_id or 0, 10)
    assert work is not None
    return work


async def test_a_topic_is_kept_and_followed_until_it_is_taken_away(database: Database) -> None:
    topics = ("Bread", None, "Cake", "")
    kept = [
        (await asked(database, number, replace(GENERAL, channel_topic=topic))).channel_topic
        for number, topic in enumerate(topics, 1)
    ]
    assert kept == ["Bread", "Bread", "Cake", ""]


async def test_a_long_topic_is_kept_on_one_line_as_far_as_a_prompt_needs_it(database: Database) -> None:
    work = await asked(database, 1, replace(GENERAL, channel_topic="Bread\n\nand " + "x" * 5_000))
    assert work.channel_topic.startswith("Bread and x")
    assert len(work.channel_topic) == TOPIC_LIMIT


async def test_the_model_of_a_channel_reaches_the_next_reply(database: Database) -> None:
    await database.run(workspaces.change_channel, GENERAL, ADA, Deed.MODEL_CHANNEL, "model", "small")
    assert (await asked(database, 1, GENERAL)).channel_model == "small"
    assert await database.run(workspaces.channel_model, GENERAL) == "small"


@pytest.mark.parametrize(("name", "shown"), [("general", "#general"), ("", "C1")])
async def test_a_channel_is_shown_by_its_name_where_that_is_known(database: Database, name: str, shown: str) -> None:
    await database.run(workspaces.locate, replace(GENERAL, channel_name=name))
    assert await database.run(workspaces.shown, replace(GENERAL, channel_name="")) == shown
