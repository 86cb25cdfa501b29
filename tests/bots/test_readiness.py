import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bots.readiness import Readiness, is_ready
from storage.database import Database, engine_for

SHORT_S = 0.05


@pytest.fixture
async def readiness(tmp_path: Path) -> AsyncIterator[Readiness]:
    database = Database(engine_for(f"sqlite:///{tmp_path}/parley.db"))
    readiness = Readiness(database)
    yield readiness
    await readiness.close()
    await database.close()


class Asked:
    """A part that answers when it is let, and counts how often it was asked."""

    def __init__(self, why: str = "") -> None:
        self.times = 0
        self.may_answer = asyncio.Event()
        self._why = why

    async def ping(self) -> str:
        self.times += 1
        await self.may_answer.wait()
        return self._why


async def broken() -> str:
    raise ConnectionResetError


async def test_who_starts_or_ends_is_not_ready(readiness: Readiness) -> None:
    starting = await readiness.look()
    readiness.started()
    started = await readiness.look()
    readiness.ending()
    ending = await readiness.look()
    assert [is_ready(found) for found in (starting, started, ending)] == [False, True, False]
    assert (starting["started"].why, ending["started"].why) == ("starting", "ending")


async def test_a_part_that_is_not_needed_is_told_of_and_keeps_nobody_from_being_ready(readiness: Readiness) -> None:
    readiness.add("model", broken, needed=False)
    readiness.started()
    found = await readiness.look()
    assert (found["model"].well, found["model"].why) == (False, "ConnectionResetError")
    assert is_ready(found)


async def test_a_part_that_breaks_is_not_well(readiness: Readiness) -> None:
    readiness.add("slack", broken)
    readiness.started()
    assert not is_ready(await readiness.look())


async def test_all_who_look_at_once_share_one_ping(readiness: Readiness) -> None:
    part = Asked()
    readiness.add("queue", part.ping)
    looks = [asyncio.create_task(readiness.look()) for _ in range(20)]
    while not part.times:
        await asyncio.sleep(0)
    part.may_answer.set()
    assert all(found["queue"].well for found in await asyncio.gather(*looks))
    assert part.times == 1


async def test_a_part_that_is_silent_is_waited_for_a_short_time_and_asked_once(tmp_path: Path) -> None:
    database, silent = Database(engine_for(f"sqlite:///{tmp_path}/parley.db")), Asked()
    readiness = Readiness(database, patience_s=SHORT_S)
    readiness.add("queue", silent.ping)
    assert [(await readiness.look())["queue"].why for _ in range(3)] == ["no_answer"] * 3
    assert silent.times == 1
    silent.may_answer.set()
    while not (await readiness.look())["queue"].well:
        await asyncio.sleep(0)
    await readiness.close()
    await database.close()
