import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from storage.database import Database
from storage.tables import Workspace
from storage.writer import TOGETHER, Writer


@pytest.fixture
async def sqlite(tmp_path: Path) -> Database:
    return await Database.open(f"sqlite:///{tmp_path}/parley.db")


def put(session: Session, name: str) -> str:
    session.add(Workspace(platform="slack", platform_id=name))
    session.flush()
    return name


def put_and_fail(session: Session, name: str) -> None:
    put(session, name)
    raise LookupError(name)


def names(session: Session) -> set[str]:
    return set(session.execute(text("select platform_id from workspace")).scalars())


async def while_busy(database: Database, *work: Coroutine[Any, Any, Any]) -> list[Any]:
    """Have all of the work wait for the same moment, and what came of each."""
    gate = threading.Event()
    busy = asyncio.create_task(database.run(lambda _: gate.wait()))
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(one) for one in work]
    await asyncio.sleep(0)
    gate.set()
    await busy
    return await asyncio.gather(*waiting, return_exceptions=True)


async def test_what_waits_together_is_committed_together(sqlite: Database) -> None:
    commits: list[object] = []
    event.listen(sqlite._engine, "commit", commits.append)  # noqa: SLF001
    done = await while_busy(sqlite, *(sqlite.run(put, f"T{number}") for number in range(TOGETHER)))
    assert done == [f"T{number}" for number in range(TOGETHER)]
    assert len(commits) == 2
    await sqlite.close()


async def test_a_unit_that_fails_undoes_only_itself(sqlite: Database) -> None:
    done = await while_busy(sqlite, sqlite.run(put, "T1"), sqlite.run(put_and_fail, "T2"), sqlite.run(put, "T3"))
    assert [type(one) for one in done] == [str, LookupError, str]
    assert await sqlite.run(names) == {"T1", "T3"}
    await sqlite.close()


class Full:
    """A disk that is full for the first `times` that something large is written."""

    def __init__(self, times: int) -> None:
        self.left = times

    def put(self, session: Session, name: str) -> str:
        most_pages = 1 if self.left > 0 else 2**30
        self.left -= 1
        session.execute(text(f"PRAGMA max_page_count={most_pages}"))
        session.add(Workspace(platform="slack", platform_id=name, name="x" * 100_000))
        session.flush()
        return name


async def test_while_the_disk_is_full_everything_waits_and_is_done_afterwards(sqlite: Database) -> None:
    disk = Full(times=3)
    done = await while_busy(sqlite, sqlite.run(put, "T1"), sqlite.run(disk.put, "T2"), sqlite.run(put, "T3"))
    assert done == ["T1", "T2", "T3"]
    assert disk.left < 0
    assert await sqlite.run(names) == {"T1", "T2", "T3"}
    await sqlite.close()


async def test_a_disk_that_stays_full_is_given_up_until_something_goes_through(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite:///{tmp_path}/parley.db")
    with ThreadPoolExecutor(max_workers=1) as thread:
        writer, disk = Writer(database._engine, thread, patience_s=0.1), Full(times=1_000)  # noqa: SLF001
        for name in ("T1", "T2"):
            with pytest.raises(OperationalError, match="disk is full"):
                await writer.run(lambda session, name=name: disk.put(session, name))  # type: ignore[misc]
        assert await writer.run(names) == set()
        disk.left = 1
        assert await writer.run(lambda session: disk.put(session, "T3")) == "T3"
    await database.close()


async def test_when_the_commit_fails_each_unit_is_tried_alone(sqlite: Database) -> None:
    failed: list[object] = []

    def fail_once(connection: object) -> None:
        if not failed and len(counted) > 1:
            failed.append(connection)
            raise OSError("no space left on device")

    counted: list[str] = []

    def count(session: Session, name: str) -> str:
        counted.append(name)
        return put(session, name)

    event.listen(sqlite._engine, "commit", fail_once)  # noqa: SLF001
    done = await while_busy(sqlite, sqlite.run(count, "T1"), sqlite.run(count, "T2"))
    assert done == ["T1", "T2"]
    assert failed
    assert counted == ["T1", "T2", "T1", "T2"]
    assert await sqlite.run(names) == {"T1", "T2"}
    await sqlite.close()


async def test_who_no_longer_waits_does_not_undo_what_was_handed_over(sqlite: Database) -> None:
    waiting = asyncio.create_task(sqlite.run(put, "T1"))
    await asyncio.sleep(0)
    waiting.cancel()
    assert await sqlite.run(names) == {"T1"}
    await sqlite.close()
