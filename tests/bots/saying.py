"""Runs the `parley` command within the test's process, in a folder of its own."""

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from bots.cli import parley
from storage import workspaces
from storage.database import Database
from storage.incoming import Place
from storage.words import Platform

GENERAL = Place(
    platform=Platform.SLACK,
    workspace_id="T1",
    channel_id="C0GENERAL1",
    workspace_name="Example",
    channel_name="general",
    channel_topic="Whatever comes up",
)
RANDOM = Place(platform=Platform.SLACK, workspace_id="T1", channel_id="C0RANDOM01", channel_name="random")


class Say:
    """`say("persona", "list")` is `parley persona list`."""

    def __call__(self, *arguments: str, **more: Any) -> Result:
        return CliRunner().invoke(parley, arguments, **more)

    def done(self, *arguments: str, **more: Any) -> str:
        """What it says when it has done it."""
        result = self(*arguments, **more)
        assert result.exit_code == 0, result.stderr
        return str(result.stdout)

    def refused(self, *arguments: str, **more: Any) -> str:
        """Why it has not done it."""
        result = self(*arguments, **more)
        assert (result.exit_code, result.stdout) == (1, ""), result.output
        return str(result.stderr)

    def found(self, *arguments: str) -> Any:
        """What it finds, as a program reads it."""
        return json.loads(self.done(*arguments, "--json"))


@contextmanager
def within(folder: Path) -> Iterator[Say]:
    """Commands that are run in this folder."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield Say()
    finally:
        os.chdir(before)


def meeting(*places: Place) -> None:
    """Let the folder's database know these places, as if Parley had been mentioned there."""
    asyncio.run(_meet(places))


async def _meet(places: tuple[Place, ...]) -> None:
    database = await Database.open("sqlite:///parley.db")
    for place in places:
        await database.run(workspaces.locate, place)
    await database.close()
