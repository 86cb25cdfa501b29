from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bots import health
from bots.readiness import Readiness
from bots.scraping import Scraping
from core import settings
from core.counting import Counted
from storage.database import Database, engine_for

pytestmark = pytest.mark.usefixtures("environment")

GUARDED = {"PARLEY_METRICS_TOKEN": "open-sesame"}
OVER_HTTP = {"SLACK_SIGNING_SECRET": "secret"}
KNOWN = {"Authorization": "Bearer open-sesame"}
GUESSED = {"Authorization": "Bearer open-sesam"}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """One without any table."""
    database = Database(engine_for(f"sqlite:///{tmp_path}/parley.db"))
    yield database
    await database.close()


async def scraped(database: Database, headers: dict[str, str], given: dict[str, Any]) -> tuple[int, str]:
    readiness = Readiness(database)
    scraping = Scraping(settings.load(None, **given), database, Counted(), readiness)
    async with (
        health.answering(0, readiness.look, routes=scraping.routes) as port,
        aiohttp.ClientSession() as connections,
        connections.get(f"http://127.0.0.1:{port}/metrics", headers=headers) as response,
    ):
        answer = response.status, await response.text()
    await scraping.close()
    await readiness.close()
    return answer


@pytest.mark.parametrize(
    ("given", "headers", "status"),
    [
        ({}, {}, 200),
        (GUARDED, {}, 401),
        (GUARDED, GUESSED, 401),
        (GUARDED, KNOWN, 200),
        (OVER_HTTP, {}, 403),
        (OVER_HTTP | GUARDED, {}, 401),
        (OVER_HTTP | GUARDED, KNOWN, 200),
        ({"PARLEY_ADMIN_TOKEN": "a-token-for-the-admin-page-of-32-or-more"}, {}, 403),
    ],
)
async def test_metrics_are_for_those_who_may_see_them(
    database: Database, given: dict[str, Any], headers: dict[str, str], status: int
) -> None:
    answer, text = await scraped(database, headers, given)
    assert (answer, "parley_up" in text) == (status, status == 200)


async def test_what_cannot_be_measured_takes_nothing_else_with_it(database: Database) -> None:
    _, text = await scraped(database, {}, {})
    assert 'parley_up{part="database"} 1.0' in text
    assert "parley_queue_replies{" not in text
