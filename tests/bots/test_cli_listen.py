import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bots.cli import parley
from storage import workspaces
from storage.database import Database
from storage.incoming import Place
from storage.words import Platform

pytestmark = pytest.mark.usefixtures("environment", "own_logs")

GENERAL = Place(
    platform=Platform.SLACK,
    workspace_id="T1",
    channel_id="C0GENERAL1",
    workspace_name="Example",
    channel_name="general",
)

Say = Callable[..., Result]


@pytest.fixture
def say(tmp_path: Path) -> Iterator[Say]:
    """Runs `parley listen …` in a folder of its own, where the database knows one channel."""
    before = Path.cwd()
    os.chdir(tmp_path)
    asyncio.run(meet())
    yield lambda *arguments: CliRunner().invoke(parley, ["listen", *arguments])
    os.chdir(before)


async def meet() -> None:
    database = await Database.open("sqlite:///parley.db")
    await database.run(workspaces.locate, GENERAL)
    await database.close()


def test_a_channel_listens_to_its_threads_until_it_is_told_otherwise(say: Say) -> None:
    assert "in threads that I take part in" in say("--channel", "#general").output
    assert "to every message" in say("every", "--channel", "#general").output
    assert say("--channel", "general").output == "#general: I answer to every message.\n"
    assert "only when I am mentioned" in say("mention", "--channel", "C0GENERAL1").output


def test_a_word_that_is_no_way_of_listening_is_refused_with_those_that_are(say: Say) -> None:
    result = say("sometimes", "--channel", "#general")
    assert result.exit_code == 2
    assert "'mention', 'threads', 'every'" in result.output


def test_an_unknown_channel_is_refused_with_the_known_ones(say: Say) -> None:
    result = say("every", "--channel", "#nowhere")
    assert result.exit_code == 1
    assert "#general" in result.output
