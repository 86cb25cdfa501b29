"""How many replies one worker carries, and how many two: `python -m benchmarks.workers`.

A listener, the workers, PostgreSQL, Slack and the model all run on this machine. Each worker makes at most `--at-once`
replies side by side, as one does whose provider allows no more; `--at-once 1000` shows what the processor does.
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from sqlalchemy import func, text
from sqlmodel import Session, col, select

from benchmarks import machine, processes
from benchmarks.faults import town as towns
from benchmarks.faults.fleet import PARLEY
from benchmarks.faults.town import Town
from benchmarks.processes import Child
from storage.database import Database
from storage.states import UNSETTLED
from storage.tables import Message, Reply
from storage.words import Platform, Role
from tests import postgres

UNLIMITED = "1000000"
SETTLED_WITHIN_S = 300.0
# So many that the posts which Slack allows in each of them are not what is measured.
CHANNELS = 400
SIZES = ("reply", "message", "segment", "reply_record")


@dataclass(frozen=True, slots=True)
class Measured:
    """One run. Times are milliseconds; bytes are those of the tables with their indexes."""

    workers: int
    replies: int
    replies_per_s: float
    pick_up_ms: list[float]
    hand_over_ms: list[float]
    worker_cpu_ms: float
    listener_cpu_ms: float
    database_cpu_ms: float
    servers_cpu_ms: float
    connections: int
    bytes_per_reply: float


@asynccontextmanager
async def _running(town: Town, url: str, folder: Path, workers: int, at_once: int) -> AsyncIterator[list[Child]]:
    """The listener first, then the workers."""
    settings = town.settings() | {
        "DATABASE_URL": url,
        "PARLEY_REPLIES_AT_ONCE": str(at_once),
        "PARLEY_SLACK_UPDATES_PER_MINUTE": UNLIMITED,
        "PARLEY_LOG_LEVEL": "warning",
    }
    commands = [[PARLEY, "run", "slack", "--listen-only"], *([PARLEY, "worker", "slack"] for _ in range(workers))]
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                processes.running(command, settings, folder, says="ready", log=folder / f"{number}.log")
            )
            for number, command in enumerate(commands)
        ]


async def measured(workers: int, replies: int, at_once: int, per_second: float) -> Measured:
    """Ask so many questions, every second one in the thread of the one before, and wait until all are answered."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="parley-workers-")))
        town = await stack.enter_async_context(towns.built(CHANNELS))
        server = stack.enter_context(postgres.running())
        url = stack.enter_context(postgres.Databases(server).migrated())
        async with town.http.patch(f"{town.urls['slack']}/control/rules", json={"rate_limits": False}):
            pass
        running = await stack.enter_async_context(_running(town, url, folder, workers, at_once))
        database = await Database.open(url)
        stack.push_async_callback(database.close)
        before, database_before = [child.cpu_s() for child in running], _cpu_s(server)
        servers_before = time.process_time()
        await _ask_all(town, replies, per_second)
        connections = await database.run(_connections)
        rows = await _settled(database, replies)
        spent = [1_000 * (child.cpu_s() - cpu_s) / len(rows) for child, cpu_s in zip(running, before, strict=True)]
        first_of_threads = {row.thread_id: row.id for row in reversed(rows)}.values()
        return Measured(
            workers=workers,
            replies=len(rows),
            replies_per_s=_rate([row.settled_at for row in rows if row.settled_at]),
            pick_up_ms=[_ms(row.created_at, row.started_at) for row in rows if row.id in first_of_threads],
            hand_over_ms=_hand_overs(rows),
            worker_cpu_ms=sum(spent[1:]),
            listener_cpu_ms=spent[0],
            database_cpu_ms=1_000 * (_cpu_s(server) - database_before) / len(rows),
            servers_cpu_ms=1_000 * (time.process_time() - servers_before) / len(rows),
            connections=connections,
            bytes_per_reply=await database.run(_bytes) / len(rows),
        )


async def _ask_all(town: Town, replies: int, per_second: float) -> None:
    """Every second question waits in the thread of the one before."""
    for number in range(0, replies, 2):
        await town.ask(Platform.SLACK, number)
        await asyncio.sleep(1.0 / per_second)
        await town.ask(Platform.SLACK, number, thread_ts=town.asked[-1].id)
        await asyncio.sleep(1.0 / per_second)


async def _settled(database: Database, replies: int) -> list[Reply]:
    deadline = time.monotonic() + SETTLED_WITHIN_S
    while time.monotonic() < deadline:
        kept, rows = await database.run(_kept)
        if kept == replies and not any(row.state in UNSETTLED for row in rows):
            return rows
        await asyncio.sleep(0.5)
    raise processes.DidNotStart("not every question was answered")


def _kept(session: Session) -> tuple[int, list[Reply]]:
    """How many questions there are, and their replies: one that waits is answered together with what follows it."""
    asked = session.execute(select(func.count()).where(col(Message.role) == Role.USER)).scalar_one()
    return asked, list(session.exec(select(Reply).order_by(col(Reply.id))))


def _rate(settled: Sequence[datetime]) -> float:
    """How many are settled in a second while there is enough to do: without the first tenth and the last."""
    moments = sorted(settled)
    middle = moments[len(moments) // 10 : -max(1, len(moments) // 10)]
    return (len(middle) - 1) / (middle[-1] - middle[0]).total_seconds()


def _hand_overs(rows: Sequence[Reply]) -> list[float]:
    """From the end of a reply to the beginning of the one that waited for it in the same thread."""
    pairs = ((one, other) for one in rows for other in rows if one.thread_id == other.thread_id and one.id != other.id)
    return [
        _ms(one.settled_at, other.started_at)
        for one, other in pairs
        if one.settled_at and other.started_at and other.created_at < one.settled_at < other.started_at
    ]


def _ms(begin: datetime, end: datetime | None) -> float:
    return 1_000 * (end - begin).total_seconds() if end else 0.0


def _connections(session: Session) -> int:
    counted = text("select count(*) from pg_stat_activity where datname = current_database()")
    return int(session.execute(counted).scalar_one())


def _bytes(session: Session) -> int:
    session.execute(text("analyze"))
    sizes = (session.execute(text(f"select pg_total_relation_size('{name}')")).scalar_one() for name in SIZES)
    return sum(int(size) for size in sizes)


def _cpu_s(server: postgres.Server) -> float:
    if server.process is None:
        return 0.0
    main = psutil.Process(server.process.pid)
    total = 0.0
    for process in (main, *main.children(recursive=True)):
        times = process.cpu_times()
        total += times.user + times.system
    return total


def _line(found: Measured) -> str:
    pick_up = statistics.quantiles(found.pick_up_ms, n=100)
    hand_over = f"{statistics.median(found.hand_over_ms):.1f}" if found.hand_over_ms else "-"
    return (
        f"{found.workers} worker{'s' if found.workers > 1 else ''}: {found.replies_per_s:.1f} replies/s of "
        f"{found.replies}; "
        f"pick-up p50 {pick_up[49]:.1f} ms, p95 {pick_up[94]:.1f} ms; hand-over p50 {hand_over} ms; CPU a reply: "
        f"workers {found.worker_cpu_ms:.1f} ms, listener {found.listener_cpu_ms:.1f} ms, "
        f"database {found.database_cpu_ms:.1f} ms, local servers {found.servers_cpu_ms:.1f} ms; "
        f"{found.connections} connections; {found.bytes_per_reply:.0f} bytes a reply"
    )


async def _measure(given: argparse.Namespace) -> None:
    print(machine.this_machine().sentence, flush=True)
    carried = []
    for workers in given.workers:
        found = await measured(workers, given.replies, given.at_once, given.per_second)
        carried.append(found.replies_per_s)
        print(_line(found), flush=True)
    for workers, replies_per_s in zip(given.workers[1:], carried[1:], strict=True):
        print(f"{workers} carry {replies_per_s / carried[0]:.2f} times what {given.workers[0]} does")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.workers", description=__doc__)
    parser.add_argument("--workers", type=lambda listed: [int(one) for one in listed.split(",")], default=[1, 2])
    parser.add_argument("--replies", type=int, default=300)
    parser.add_argument("--at-once", type=int, default=20)
    parser.add_argument("--per-second", type=float, default=100.0)
    asyncio.run(_measure(parser.parse_args()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
