"""How each kind of database is connected to."""

import sqlite3
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

BUSY_TIMEOUT_MS = 10_000
# The connections of one process to PostgreSQL, a thread for each.
CONNECTIONS = 8
# sqlite.org/rescode.html: the disk is full, or it failed.
PASSING = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
# A server that does not answer is given up; a connection that was cut is noticed after half a minute.
REACHING = {"connect_timeout": 10, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 4}


def postgresql(url: URL) -> Engine:
    """An engine for PostgreSQL through psycopg. Raises ModuleNotFoundError where that is not installed."""
    return create_engine(url, pool_size=CONNECTIONS, max_overflow=0, hide_parameters=True, connect_args=REACHING)


def sqlite(url: URL) -> Engine:
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
    # What is deleted is overwritten with zeros: sqlite.org/pragma.html#pragma_secure_delete
    connection.execute("PRAGMA secure_delete=ON")


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


def is_passing(error: BaseException) -> bool:
    """Whether an error of SQLite says that the disk is full or failed: what was tried may go through later."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(cause, sqlite3.Error) and getattr(cause, "sqlite_errorcode", 0) & 0xFF in PASSING


def checkpoint(engine: Engine) -> bool:
    """Move what the write-ahead log of an SQLite file holds into the file, and empty the log.

    False while somebody else reads or writes, and some of the log stays: sqlite.org/pragma.html#pragma_wal_checkpoint.
    """
    connection = engine.raw_connection()
    try:
        busy, _, _ = connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()  # type: ignore[union-attr]
    finally:
        connection.close()
    return not busy


def _begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
