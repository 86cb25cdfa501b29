"""The marks of every key, which all processes on a database draw from (`storage/marks.py`)."""

import json
import time
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, select, text, update
from sqlmodel import Session

from storage import upserts
from storage.marks import Draw, Drawn, Marks, drawn
from storage.prepared import SQLITE, Prepared
from storage.tables import Tally, now, rows

TABLE = rows(Tally)
# In one order for all, so that nobody waits for each other.
LOCKED = (
    select(TABLE.c.key, TABLE.c.marks)
    .where(TABLE.c.key.in_(bindparam("keys", expanding=True)))
    .order_by(TABLE.c.key)
    .with_for_update()
)
LOOK = Prepared(select(TABLE.c.key, TABLE.c.marks).where(TABLE.c.key == bindparam("named")))
KEEP = Prepared(
    update(TABLE).where(TABLE.c.key == bindparam("named")).values(marks=bindparam("marked"), touched_at=bindparam("at"))
)
MOMENT = text("select (extract(epoch from clock_timestamp()) * 1000)::bigint")


def draw(session: Session, draws: Sequence[Draw]) -> dict[str, Drawn]:
    """What each key gives. One process at a time draws from a key."""
    kept = _locked(session, {one.key for one in draws})
    moment = _moment(session)
    given = {one.key: drawn(kept[one.key], one, moment) for one in draws}
    at = now()
    written = [(key, json.dumps(kept[key], separators=(",", ":"))) for key in sorted(kept)]
    KEEP.each(session, [{"named": key, "marked": marked, "at": at} for key, marked in written])
    return given


def sweep(session: Session, before: datetime) -> None:
    """Forget the keys that nobody has called on since."""
    session.connection().execute(delete(TABLE).where(TABLE.c.touched_at < before))


def _locked(session: Session, keys: set[str]) -> dict[str, Marks]:
    """The marks of each key, which nobody else may change until this transaction ends."""
    found = _found(session, keys)
    if missing := sorted(keys - found.keys()):
        connection, at = session.connection(), now()
        new = [{"key": key, "marks": "{}", "touched_at": at} for key in missing]
        connection.execute(_insert_if_new(connection.dialect.name), new)
        found = _found(session, keys)
    return {key: {int(mark): count for mark, count in json.loads(marks).items()} for key, marks in found.items()}


def _found(session: Session, keys: set[str]) -> dict[str, str]:
    """SQLite has one writer, and takes a look for each key in less time than SQLAlchemy takes to ask for all."""
    connection = session.connection()
    if connection.dialect.name == SQLITE:
        return {row[0]: row[1] for key in keys if (row := LOOK.first(session, {"named": key}))}
    return {row.key: row.marks for row in connection.execute(LOCKED, {"keys": sorted(keys)})}


@cache
def _insert_if_new(dialect: str) -> Any:
    return upserts.insert(dialect, TABLE).on_conflict_do_nothing()


def _moment(session: Session) -> int:
    connection = session.connection()
    if connection.dialect.name == SQLITE:
        return int(time.time() * 1_000)
    moment: int = connection.execute(MOMENT).scalar_one()
    return moment
