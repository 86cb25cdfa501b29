from collections.abc import AsyncIterator

import pytest

from storage.database import Database


@pytest.fixture
async def database(migrated_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(migrated_url)
    yield opened
    await opened.close()


@pytest.fixture
async def neighbour(migrated_url: str, database: Database) -> AsyncIterator[Database]:
    """The same database as another process has it open."""
    opened = await Database.open(migrated_url)
    yield opened
    await opened.close()
