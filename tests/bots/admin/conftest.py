import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.bots.admin.bakery import open_bakery
from tests.bots.admin.office import Office, administering


@pytest.fixture(scope="session")
def bakery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a database with a bakery's workspace, made once: a copy is made faster."""
    path = tmp_path_factory.mktemp("bakery") / "parley.db"
    asyncio.run(_made(path))
    return path


@pytest.fixture
async def database(tmp_path: Path, bakery: Path) -> AsyncIterator[Database]:
    """With a bakery's workspace, which is the first one."""
    shutil.copy(bakery, tmp_path / "parley.db")
    opened = await Database.open(f"sqlite:///{tmp_path}/parley.db")
    yield opened
    await opened.close()


@pytest.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    """The admin page of that database."""
    async with administering(database) as office:
        yield office


async def _made(path: Path) -> None:
    database = await Database.open(f"sqlite:///{path}")
    await open_bakery(database)
    await database.close()
