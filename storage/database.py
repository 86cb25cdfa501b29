"""The one door to storage: functions of a session, each run as one transaction on the database's own thread."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlmodel import Session

from storage import migrate

P = ParamSpec("P")
T = TypeVar("T")

BUSY_TIMEOUT_MS = 10_000


class UnsupportedDatabase(ValueError):
    """DATABASE_URL must name a SQLite file, such as sqlite:///parley.db."""


def address(url: str) -> URL:
    """The parsed address, or UnsupportedDatabase."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UnsupportedDatabase(f"{url!r} is not a database address") from error
    if parsed.get_backend_name() != "sqlite":
        raise UnsupportedDatabase(f"{parsed.get_backend_name()!r} is not supported: use sqlite:///parley.db")
    if not parsed.database or parsed.database == ":memory:":
        raise UnsupportedDatabase("an SQLite database needs a file: use sqlite:///parley.db")
    return parsed


def beside(url: str, what: str) -> Path:
    """A path beside the database's file, for what belongs to it."""
    path = Path(str(address(url).database)).expanduser()
    return path.with_name(f"{path.name}-{what}")


class Database:
    """An open database with every migration applied.

    One thread owns its one connection. Each unit of work is a transaction that takes the write lock when it begins
    (`BEGIN IMMEDIATE`): with a lock taken later, read-then-write work of two processes loses updates or fails as busy.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect and migrate. Raises UnsupportedDatabase, migrate.NewerSchema, or SQLAlchemyError."""
        database = cls(sqlite_engine(address(url)))
        try:
            await database._in_thread(partial(migrate.upgrade, database._engine))
        except BaseException:
            await database.close()
            raise
        return database

    async def run(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work(session, …)` as one transaction: committed when it returns, rolled back when it raises.

        A cancelled caller does not undo it: work that was handed over runs to its end.
        """
        return await self._in_thread(partial(self._transaction, work, *args, **kwargs))

    def _transaction(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            return work(session, *args, **kwargs)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def close(self) -> None:
        await self._in_thread(self._engine.dispose)
        self._thread.shutdown()


def sqlite_engine(url: URL) -> Engine:
    """An engine for one SQLite file: WAL, foreign keys on, and transactions that begin with the write lock."""
    Path(str(url.database)).expanduser().parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, pool_size=1, max_overflow=0, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _write_ahead(connection: Any) -> None:
    """Put the file into WAL mode; SQLite does not wait for others who do so at the same moment: sqlite.org/wal.html."""
    deadline = monotonic() + BUSY_TIMEOUT_MS / 1_000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if monotonic() > deadline:
                raise
            sleep(0.02)


def _begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
