"""Breaks everything by chance and looks at what is left: `python -m benchmarks.faults --seed 1 --conversations 500`."""

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.faults import disk as disks
from benchmarks.faults import town as towns
from benchmarks.faults import verdict
from benchmarks.faults.fleet import Fleet
from benchmarks.faults.mischief import Mischief
from benchmarks.faults.town import Town
from storage.database import Database
from storage.words import Platform
from tests import postgres

SETTLED_WITHIN_S = 180.0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="what chance is made of (1)")
    parser.add_argument("--conversations", type=int, default=500, help="how many questions are asked (500)")
    parser.add_argument("--per-second", type=float, default=4.0, help="how fast they are asked (4)")
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--keep", type=Path, default=None, help="a folder to keep the processes' logs in")
    return parser


@asynccontextmanager
async def _prepared(given: argparse.Namespace, folder: Path, random: Random) -> AsyncIterator[tuple[Town, Fleet, str]]:
    async with AsyncExitStack() as stack:
        town = await stack.enter_async_context(towns.built())
        url, server, disk = f"sqlite:///{folder}/parley.db", None, None
        if given.database == "postgresql":
            disk = stack.enter_context(disks.small())
            # What was committed is there after a crash, other than in the tests.
            kept = {"max_wal_size": "64MB", "synchronous_commit": "on"}
            server = stack.enter_context(postgres.running(disk.folder if disk else None, **kept))
            url = stack.enter_context(postgres.Databases(server).empty())

        fleet = Fleet(town.settings() | {"DATABASE_URL": url}, folder, random, server, disk)
        stack.push_async_callback(fleet.close)
        yield town, fleet, url


async def harassed(given: argparse.Namespace, folder: Path) -> int:
    """Ask, break, wait until everything is settled, and tell; 0 when nothing is wrong."""
    random = Random(given.seed)
    async with _prepared(given, folder, random) as (town, fleet, url):
        await (await Database.open(url)).close()
        await fleet.start()
        mischief = Mischief(town, Random(given.seed + 1))
        keeping = asyncio.create_task(fleet.keep_up())
        meddling, troubling = asyncio.create_task(mischief.run()), asyncio.create_task(fleet.trouble())
        began = time.monotonic()
        await _ask_all(town, given, Random(given.seed + 2))
        meddling.cancel()
        fleet.leave_alone()
        await troubling
        await town.end_faults()
        wrong = await _settled(town, url)
        keeping.cancel()
        overrun = await town.overruns()
        _tell(given, mischief.done + fleet.done, len(town.asked), wrong, overrun, time.monotonic() - began)
    return 1 if wrong or overrun else 0


async def _ask_all(town: Town, given: argparse.Namespace, random: Random) -> None:
    for number in range(given.conversations):
        await asyncio.sleep(random.expovariate(given.per_second))
        await town.ask(random.choice(list(Platform)), number)


async def _settled(town: Town, url: str) -> list[str]:
    """What is wrong once everything is settled, or when it is no use to wait longer."""
    deadline = time.monotonic() + SETTLED_WITHIN_S
    database = await Database.open(url)
    try:
        while True:
            found = await database.run(verdict.kept)
            wrong = verdict.complaints(found, town)
            if not wrong or time.monotonic() > deadline:
                return wrong
            await asyncio.sleep(1.0)
    finally:
        await database.close()


def _tell(
    given: argparse.Namespace, done: Counter[str], asked: int, wrong: list[str], overrun: Counter[str], seconds: float
) -> None:
    print(f"seed {given.seed}, {given.database}: {asked} conversations in {seconds:.0f} s")
    for name, count in sorted(done.items()):
        print(f"  {count:5} {name}")
    print(f"  {done.total():5} faults in all")
    print(f"{asked - len(wrong)} of {asked} answered once, stored as shown")
    print(f"{overrun.total()} calls over a platform's own limit: {dict(overrun)}")
    for line in wrong[:20]:
        print(f"  {line}")


def main() -> int:
    given = _parser().parse_args()
    with TemporaryDirectory(prefix="parley-faults-", ignore_cleanup_errors=True) as name:
        return asyncio.run(harassed(given, given.keep or Path(name)))


if __name__ == "__main__":
    sys.exit(main())
