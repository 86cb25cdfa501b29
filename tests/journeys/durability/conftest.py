from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bots.command_line import CommandLine
from tests.bots.conftest import Outside
from tests.bots.conftest import outside as outside
from tests.journeys.durability.people import OnDiscord, OnSlack, People
from tests.journeys.durability.processes import Processes
from tests.postgres import Databases


@pytest.fixture
async def processes(tmp_path: Path, outside: Outside, migrated_url: str) -> AsyncIterator[Processes]:
    """Runs Parley on SQLite, then on PostgreSQL."""
    async with Processes(CommandLine(tmp_path, outside.settings), migrated_url) as started:
        yield started


@pytest.fixture
async def fleet(tmp_path: Path, outside: Outside, postgres: Databases) -> AsyncIterator[Processes]:
    """Runs Parley as many processes on one PostgreSQL database."""
    with postgres.migrated() as url:
        async with Processes(CommandLine(tmp_path, outside.settings), url) as started:
            yield started


@pytest.fixture(params=["slack", "discord"])
def people(request: pytest.FixtureRequest, outside: Outside) -> People:
    """People on Slack, then on Discord."""
    return OnSlack(outside.slack) if request.param == "slack" else OnDiscord(outside.discord)
