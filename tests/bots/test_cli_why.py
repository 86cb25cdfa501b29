import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import texts
from storage import replies, threads
from storage.database import Database
from tests.bots.saying import Say, within
from tests.core.answering import answer
from tests.storage.samples import said

pytestmark = pytest.mark.usefixtures("environment", "own_logs")


@pytest.fixture
def say(tmp_path: Path) -> Iterator[Say]:
    """Commands in a folder whose database has one answer, in two versions."""
    with within(tmp_path) as say:
        asyncio.run(answered())
        yield say


async def answered() -> None:
    database = await Database.open("sqlite:///parley.db")
    await database.run(threads.keep, said(1, "When?"))
    await answer(database, "At noon.", model="small")
    await database.run(replies.again, 1)
    await answer(database, "At one.", model="large", tokens_in=80, tokens_out=3)
    await database.close()


def test_an_answer_is_explained_in_words(say: Say) -> None:
    told = say.done("why", "r1")
    assert told.startswith("**Answer 1, version 2 of 2: done**\n")
    assert "Asked by Ann" in told
    assert "Model: large" in told
    assert "80 tokens read and 3 written." in told
    assert "> Ann: When?" in told
    assert "**Left out**\n- Nothing." in told


def test_an_earlier_version_is_explained_for_programs(say: Say) -> None:
    found = json.loads(say.done("why", "1", "--version", "1", "--json"))
    assert (found["version"], found["versions"], found["model"]) == (1, [1, 2], "small")
    assert [message["role"] for message in found["messages"]] == ["user"]
    assert [layer["source"] for layer in found["layers"]] == ["house_rules", "built_in", "facts"]


def test_an_answer_that_is_not_known_is_refused(say: Say) -> None:
    assert texts.NO_SUCH_ANSWER in say.refused("why", "99")
    assert texts.NOTHING_KEPT in say.refused("why", "1", "--version", "9")


def test_what_names_no_answer_is_refused(say: Say) -> None:
    result = say("why", "noon")
    assert result.exit_code == 2
    assert "'noon' names no answer" in result.stderr
