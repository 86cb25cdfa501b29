"""Which of several processes does what only one may do: whoever has a lock that goes away with its process."""

import fcntl
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from storage import database
from storage.migrate import UPGRADE_LOCK

# Beside the lock of upgrades.
CLOCK_LOCK = UPGRADE_LOCK + 1


class Leadership(Protocol):
    def leads(self) -> bool:
        """Whether this process leads now, which it does from the moment that nobody else does."""
        ...

    def resign(self) -> None:
        """Leave it to others."""
        ...


def leadership(url: str) -> Leadership:
    """Who leads among the processes on one database."""
    if database.is_postgresql(url):
        return ByAdvisoryLock(database.engine_for(url))
    return ByFileLock(database.beside(url, "clock"))


class ByAdvisoryLock:
    """PostgreSQL takes the lock away when the connection that holds it ends, however that happens."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def leads(self) -> bool:
        try:
            if self._connection is None:
                return self._try()
            self._connection.execute(text("select 1"))
            return True
        except DBAPIError:
            self._drop()
            return False

    def resign(self) -> None:
        """The lock is given back before the connection ends, which the server may notice a moment later."""
        with suppress(DBAPIError):
            if self._connection is not None:
                self._connection.execute(text("select pg_advisory_unlock(:key)"), {"key": CLOCK_LOCK})
        self._drop()
        self._engine.dispose()

    def _try(self) -> bool:
        connection: Any = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        taken: bool = connection.execute(text("select pg_try_advisory_lock(:key)"), {"key": CLOCK_LOCK}).scalar_one()
        if taken:
            self._connection = connection
        else:
            connection.close()
        return taken

    def _drop(self) -> None:
        """A connection goes back to its pool with the locks that it has, so this one is ended."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


class ByFileLock:
    """The operating system takes the lock away with the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def leads(self) -> bool:
        if self._file is not None:
            return True
        file = self._path.open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def resign(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
