"""`python -m benchmarks history`: what a prompt costs from a long thread in a large database, beside a short one."""

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, text
from sqlmodel import Session

from benchmarks import results, scale
from core import history
from storage import claims, database, migrate, threads
from storage.incoming import Author, Incoming, Place
from storage.words import Platform

SHORT, LONG, EVERYTHING = 50, 10_000, 1_000_000
OTHER_THREADS = 990
WINDOWS = (50, 200)
ROUNDS = 60
TOKENS = 100_000
QUESTION = Incoming(
    place=Place(platform=Platform.SLACK, workspace_id="T1", channel_id="C1"),
    thread_key="long",
    posts_in="C1",
    message_id="2000000000.000000",
    position=2_000_000_000_000_000,
    author=Author(id="U1", name="Ann"),
    text="And what do you make of all that?",
    sent_at=datetime(2026, 1, 1, tzinfo=UTC),
    asks=True,
)
COPIES = """
with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < {count})
insert into {table} ({columns}) select {values} from {table} cross join numbers where {table}.id = {row}
"""


def main(arguments: list[str]) -> int:
    """Exits with 0; prints a table and keeps it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks history", description=__doc__)
    parser.add_argument("--messages", type=int, default=EVERYTHING, help="how many messages the large database has")
    given = parser.parse_args(arguments)
    rows = list(_rows(scale.count(given.messages)))
    print(f"{'turns read':<12}{'short, ms':>12}{'long, ms':>12}{'ratio':>8}")
    for window, short_ms, long_ms in rows:
        print(f"{window:<12}{short_ms:>12.2f}{long_ms:>12.2f}{long_ms / short_ms:>7.2f}x")
    print(f"\nKept in {results.keep('history', {'messages': given.messages, 'rows': rows})}")
    return 0


def _rows(messages: int) -> Iterator[tuple[int, float, float]]:
    """For each window the median milliseconds of processor time with the short thread, and with the long one.

    The short thread has as many messages as are read.
    """
    with TemporaryDirectory(prefix="parley-bench-") as name:
        in_thread = max(*WINDOWS, scale.count(LONG))
        large = _filled(Path(name) / "large.db", in_thread, max(0, messages - in_thread))
        for window in WINDOWS:
            small = _filled(Path(name) / f"small{window}.db", max(SHORT, window), 0)
            costs = [(_prompt_ms(small, window), _prompt_ms(large, window)) for _ in range(scale.count(ROUNDS))]
            short_ms, long_ms = (median(column) for column in zip(*costs, strict=True))
            yield window, short_ms, long_ms


def _filled(path: Path, in_thread: int, elsewhere: int) -> Engine:
    engine = database.engine_for(f"sqlite:///{path}")
    migrate.upgrade(engine)
    with Session(engine) as session, session.begin():
        first = replace(QUESTION, message_id="1000000000.000000", position=1_000_000_000_000_000)
        kept = threads.keep(session, replace(first, asks=True))
        session.execute(text("update reply set state = 'done', settled_at = created_at"))
        message = {"platform_id": "'m' || n", "position": "position + n", "text": "text || ' ' || n"}
        _copy(session, "message", in_thread - 1, message)
        if elsewhere:
            _copy(session, "thread", OTHER_THREADS, {"key": "'other' || n"})
            thread = {"thread_id": f"{kept.thread_id} + 1 + n % {OTHER_THREADS}", "platform_id": "'o' || n"}
            _copy(session, "message", elsewhere, {**message, **thread})
    with engine.connect() as connection:
        connection.exec_driver_sql("analyze")
    return engine


def _copy(session: Session, table: str, count: int, changed: dict[str, str]) -> None:
    """Many rows like a table's first one, but for what is changed."""
    names = [row[1] for row in session.execute(text(f"pragma table_info({table})")) if row[1] != "id"]
    values = ", ".join(changed.get(name, f'{table}."{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    session.execute(text(COPIES.format(count=count, table=table, columns=columns, values=values, row=1)))


def _prompt_ms(engine: Engine, window: int) -> float:
    """One question in the thread, claimed and made into a prompt; nothing of it is kept."""
    with Session(engine) as session:
        kept = threads.keep(session, QUESTION)
        began = time.process_time()
        work = claims.claim(session, kept.thread_id or 0, window)
        if work is None or len(work.turns) != window:
            raise RuntimeError(f"{window} turns were expected")
        history.request(work, (), TOKENS)
        took = time.process_time() - began
        session.rollback()
    return 1_000 * took
