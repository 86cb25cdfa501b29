"""One thread for all work on a database: what waits at the same time shares a transaction, and so its commit.

Each unit of work stands in a savepoint of its own, so one that fails undoes only itself. Nobody hears of a result
before it is committed. Where a shared transaction fails as a whole, each of its units is tried again alone. While the
disk is full, or fails, all wait for a while: nobody could do anything meanwhile.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlmodel import Session

from storage.engines import is_passing

T = TypeVar("T")

# More would keep the first one waiting for longer than a commit of its own takes.
TOGETHER = 32
PATIENCE_S = 15.0
FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 0.5

log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class Unit:
    """One function of a session, who waits for it, and what came of it."""

    work: Callable[[Session], Any]
    answered: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class Writer:
    """Does units of work on one thread, in the order in which they are handed over.

    When the disk has failed for `patience_s`, whatever is handed over fails at once, until something goes through.
    """

    def __init__(self, engine: Engine, thread: ThreadPoolExecutor, patience_s: float = PATIENCE_S) -> None:
        self._engine = engine
        self._thread = thread
        self._patience_s = patience_s
        self._failing_since: float | None = None
        self._waiting: deque[Unit] = deque()
        self._lock = threading.Lock()
        self._busy = False

    async def run(self, work: Callable[[Session], T]) -> T:
        """What `work` returns, once it is committed. A cancelled caller does not undo what was handed over."""
        unit = Unit(work, asyncio.get_running_loop().create_future())
        with self._lock:
            self._waiting.append(unit)
            starts, self._busy = not self._busy, True
        if starts:
            self._thread.submit(self._work_off)
        result: T = await unit.answered
        return result

    def _work_off(self) -> None:
        while units := self._next():
            self._patiently(units)
            # The loop is closed only when nobody waits any more.
            with suppress(RuntimeError):
                units[0].answered.get_loop().call_soon_threadsafe(_answer, units)

    def _next(self) -> list[Unit]:
        with self._lock:
            units = [self._waiting.popleft() for _ in range(min(TOGETHER, len(self._waiting)))]
            self._busy = bool(units)
        return units

    def _patiently(self, units: list[Unit]) -> None:
        pause_s = FIRST_PAUSE_S
        while (error := self._transact(units)) is not None and is_passing(error) and self._has_patience():
            log.info("database.again", error=type(error).__name__)
            sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        if error is None:
            self._failing_since = None
        elif len(units) == 1:
            units[0].error = units[0].error or error
        else:
            for unit in units:
                self._patiently([unit])

    def _has_patience(self) -> bool:
        self._failing_since = self._failing_since or monotonic()
        return monotonic() - self._failing_since < self._patience_s

    def _transact(self, units: list[Unit]) -> BaseException | None:
        """Do units together; the error by which all of them failed."""
        try:
            with self._engine.begin() as connection:
                for unit in units:
                    unit.error = None
                    _perform(unit, connection, shared=len(units) > 1)
        except BaseException as error:
            return error
        return None


def _perform(unit: Unit, connection: Connection, *, shared: bool) -> None:
    """Do one unit within the transaction; alone, its error ends the transaction, and so does one of the disk."""
    driver: Any = connection.connection.driver_connection
    if shared:
        driver.execute("SAVEPOINT unit")
    try:
        with Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only") as session:
            unit.result = unit.work(session)
            session.flush()
    except BaseException as error:
        unit.error = error
        if not shared or is_passing(error):
            raise
        driver.execute("ROLLBACK TO unit")
    if shared:
        driver.execute("RELEASE unit")


def _answer(units: list[Unit]) -> None:
    for unit in units:
        if unit.answered.cancelled():
            continue
        if unit.error is not None:
            unit.answered.set_exception(unit.error)
        else:
            unit.answered.set_result(unit.result)
