import asyncio
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from sqlalchemy import text

from core.budget import Rate
from core.errors import HeldBack, Kind, PlatformTrouble
from core.surface import Limited
from core.tallies import PATIENCE_S, Tallies
from storage.database import Database
from storage.tallies import sweep

TEN = Limited("ten", Rate(10, 60.0))


async def called(tallies: Tallies, limited: Limited = TEN, patience_s: float = PATIENCE_S) -> bool:
    """Whether one more call could be made, at once or so soon."""
    try:
        async with tallies.turn(limited, patience_s):
            return True
    except HeldBack:
        return False


async def calls(tallies: Tallies, limited: Limited = TEN) -> int:
    """How many calls could be made, one after the other."""
    made = 0
    while await called(tallies, limited):
        made += 1
    return made


async def test_processes_together_call_no_more_often_than_one_may(database: Database, neighbour: Database) -> None:
    here, there = Tallies(database), Tallies(neighbour)
    made = [0, 0]
    while any(more := [await called(here), await called(there)]):
        made = [made[0] + more[0], made[1] + more[1]]
    assert sum(made) == 10
    assert min(made) >= 4


async def test_many_calls_at_once_are_drawn_together(database: Database) -> None:
    tallies = Tallies(database)
    assert sum(await asyncio.gather(*(called(tallies) for _ in range(15)))) == 10


async def test_what_a_process_did_counts_when_it_is_dead(database: Database, neighbour: Database) -> None:
    dead = Tallies(database)
    assert [await called(dead) for _ in range(4)] == [True] * 4
    assert 5 <= await calls(Tallies(neighbour)) <= 6


async def test_a_process_that_ended_well_leaves_all_that_it_did_not_use(
    database: Database, neighbour: Database
) -> None:
    ended = Tallies(database)
    ended.expect(TEN)
    assert [await called(ended) for _ in range(4)] == [True] * 4
    await ended.close()
    assert await calls(Tallies(neighbour)) == 6


async def test_a_call_counts_on_every_key_that_it_is_limited_by(database: Database) -> None:
    tallies = Tallies(database)
    channels = [Limited(f"channel {number}", Rate(6, 60.0), TEN) for number in range(3)]
    assert [await calls(tallies, channel) for channel in channels] == [6, 4, 0]


async def test_who_is_held_back_is_told_for_how_long(database: Database) -> None:
    tallies = Tallies(database)
    await calls(tallies)
    with pytest.raises(HeldBack) as held:
        async with tallies.turn(TEN):
            pass
    assert 0.0 < (held.value.retry_after_s or 0.0) <= 60.0


async def test_whoever_stood_still_while_it_waited_calls_no_more(database: Database) -> None:
    """Another process may have gone on with its work meanwhile."""
    stands_still = iter([True])

    def clock() -> float:
        return monotonic() + (0.0 if next(stands_still, False) else 4.0)

    tallies = Tallies(database, clock)
    with pytest.raises(PlatformTrouble) as late:
        async with tallies.turn(TEN):
            pass
    assert late.value.kind is Kind.TRANSIENT
    assert await calls(tallies) == 10


async def test_what_is_free_in_a_moment_is_waited_for(database: Database) -> None:
    tallies, short = Tallies(database), Limited("short", Rate(1, 0.2))
    assert [await called(tallies, short, 60.0) for _ in range(3)] == [True] * 3


async def test_while_the_database_cannot_tell_only_who_is_alone_with_it_calls(database: Database) -> None:
    tallies = Tallies(database)
    assert await called(tallies)
    await database.run(lambda session: session.execute(text("alter table tally rename to away")) and None)
    made = [await called(tallies) for _ in range(4)]
    assert made[2:] == [not database.is_postgresql] * 2
    with pytest.raises(HeldBack):
        async with tallies.turn(TEN, paced=False):
            pass
    await database.run(lambda session: session.execute(text("alter table away rename to tally")) and None)
    await tallies.close()
    assert await calls(Tallies(database)) == 10 - 1 - sum(made)


async def test_keys_that_nobody_calls_on_are_forgotten(database: Database) -> None:
    tallies = Tallies(database)
    await called(tallies)
    await tallies.close()
    await database.run(sweep, datetime.now(UTC) + timedelta(seconds=1))
    assert await calls(Tallies(database)) == 10
