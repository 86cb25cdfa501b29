"""The one door to storage: functions of a session, each run as one transaction on the database's own threads."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import structlog
from sqlalchemy import Engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlmodel import Session

from storage import engines, migrate
from storage.writer import Writer

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger()

POSTGRESQL = "postgresql"
# How long a unit of work waits for a PostgreSQL server that is being restarted.
PATIENCE_S = 15.0
FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 1.0


NO_ADDRESS = "this is not a database address: use sqlite:///parley.db, or postgresql://… with %40 for @ in a password"


class UnsupportedDatabase(ValueError):
    """DATABASE_URL must name a SQLite file (sqlite:///parley.db) or a PostgreSQL database (postgresql://…)."""


def address(url: str) -> URL:
    """The parsed address, or UnsupportedDatabase, which quotes none of it: a part may be of a password."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise UnsupportedDatabase(NO_ADDRESS) from error
    if "@" in (parsed.host or ""):
        raise UnsupportedDatabase(NO_ADDRESS)
    if parsed.drivername in ("postgres", POSTGRESQL, f"{POSTGRESQL}+psycopg"):
        return parsed.set(drivername=f"{POSTGRESQL}+psycopg")
    if parsed.get_backend_name() != "sqlite":
        raise UnsupportedDatabase(f"{parsed.drivername!r} is not supported: use sqlite:///parley.db or postgresql://…")
    if not parsed.database or parsed.database == ":memory:":
        raise UnsupportedDatabase("an SQLite database needs a file: use sqlite:///parley.db")
    return parsed


def is_postgresql(url: str) -> bool:
    """Whether an address names a PostgreSQL database. Raises UnsupportedDatabase."""
    return address(url).get_backend_name() == POSTGRESQL


def conninfo(url: str) -> str:
    """The address of a PostgreSQL database as libpq takes it."""
    return address(url).set(drivername=POSTGRESQL).render_as_string(hide_password=False)


def without_password(url: str) -> str:
    """The address as it may be shown: libpq takes a password in its query, too."""
    try:
        return make_url(url).set(query={}).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return "DATABASE_URL"


def beside(url: str, what: str) -> Path:
    """A path beside a SQLite database's file, for what belongs to it."""
    path = Path(str(address(url).database)).expanduser()
    return path.with_name(f"{path.name}-{what}")


def engine_for(url: str) -> Engine:
    """An engine for the database that an address names. Raises UnsupportedDatabase."""
    parsed = address(url)
    if parsed.get_backend_name() != POSTGRESQL:
        return engines.sqlite(parsed)
    try:
        return engines.postgresql(parsed)
    except ModuleNotFoundError as error:
        raise UnsupportedDatabase("PostgreSQL needs more libraries: pip install 'parley[postgres]'") from error


class Database:
    """An open database with every migration applied.

    SQLite: one thread owns its one connection (`storage.writer`), and takes the write lock when it begins (`BEGIN
    IMMEDIATE`): with a lock taken later, read-then-write work of two processes loses updates or fails as busy.
    PostgreSQL: a few threads with a connection each; what must not happen side by side locks its row first.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._is_postgresql = engine.dialect.name == POSTGRESQL
        size = engines.CONNECTIONS if self._is_postgresql else 1
        self._threads = ThreadPoolExecutor(max_workers=size, thread_name_prefix="database")
        self._writer = Writer(engine, self._threads)

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect and migrate. Raises UnsupportedDatabase, migrate.NewerSchema, or SQLAlchemyError."""
        database = cls(engine_for(url))
        try:
            await database._in_thread(partial(migrate.upgrade, database._engine))
        except BaseException:
            await database.close()
            raise
        return database

    @property
    def is_postgresql(self) -> bool:
        return self._is_postgresql

    async def run(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work(session, …)` as one transaction: committed when it returns, rolled back when it raises.

        A cancelled caller does not undo it: work that was handed over runs to its end. On PostgreSQL, work whose
        connection broke is done again, so it must be such that doing it twice does no harm.
        """
        if not self._is_postgresql:
            return await self._writer.run(lambda session: work(session, *args, **kwargs))
        return await self._in_thread(partial(self._patiently, work, *args, **kwargs))

    async def scrub(self) -> bool:
        """Leave nothing of what was deleted in an SQLite file and its log; false when others kept that from being done.

        On PostgreSQL that is left to its own vacuum.
        """
        return self._is_postgresql or await self._in_thread(partial(engines.checkpoint, self._engine))

    def _transaction(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            return work(session, *args, **kwargs)

    def _patiently(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Try again while the server is restarted, or when it chose this transaction to end a deadlock."""
        deadline, pause_s = monotonic() + PATIENCE_S, FIRST_PAUSE_S
        while True:
            try:
                return self._transaction(work, *args, **kwargs)
            except OperationalError as error:
                if monotonic() + pause_s > deadline:
                    raise
                log.info("database.again", error=type(error.orig).__name__)
            sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def close(self) -> None:
        """What was handed over runs to its end first: a connection that is in use would be left open."""
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        self._threads.shutdown()
        self._engine.dispose()
