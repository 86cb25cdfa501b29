from collections.abc import AsyncIterator

import pytest

from storage.database import Database


@pytest.fixture
async def database(migrated_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(migrated_url)
    yield opened
    await opened.close()
