from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from storage.database import Database
from storage.prepared import Prepared
from storage.tables import Workspace, rows

ITS = rows(Workspace).c
ADD = Prepared(
    insert(rows(Workspace))
    .values({name: bindparam(name) for name in ("platform", "platform_id", "created_at")})
    .returning(ITS.id)
)
FIND = Prepared(
    select(ITS.platform_id, ITS.name, ITS.channel_managers, ITS.created_at, ITS.retention_days)
    .where(ITS.platform == bindparam("on"))
    .order_by(ITS.platform_id)
)
RENAME = Prepared(update(rows(Workspace)).where(ITS.platform_id == bindparam("of")).values(name=bindparam("called")))
MET = datetime(2026, 11, 22, 9, 30, 15, 123_456, UTC)


def added(session: Session, *names: str) -> None:
    for name in names:
        ADD.value(session, {"platform": "slack", "platform_id": name, "created_at": MET})


async def test_rows_are_read_as_they_were_given_and_what_was_not_said_has_its_default(database: Database) -> None:
    await database.run(added, "T1")
    found = await database.run(FIND.first, {"on": "slack"})
    assert found is not None
    assert list(found) == ["T1", "", True, MET, None]


async def test_a_statement_is_done_once_for_each_of_many(database: Database) -> None:
    await database.run(added, "T1", "T2", "T3")
    await database.run(RENAME.each, [{"of": "T1", "called": "One"}, {"of": "T3", "called": "Three"}])
    found = await database.run(FIND.all, {"on": "slack"})
    assert [row[1] for row in found] == ["One", "", "Three"]


async def test_nothing_found_is_no_row_and_no_value(database: Database) -> None:
    assert await database.run(FIND.first, {"on": "discord"}) is None
    assert await database.run(FIND.value, {"on": "discord"}) is None
    assert list(await database.run(RENAME.all, {"of": "T9", "called": "Nine"})) == []


async def test_what_failed_leaves_nothing_behind(database: Database) -> None:
    def twice(session: Session) -> None:
        added(session, "T1")
        raise LookupError("after the first")

    with pytest.raises(LookupError):
        await database.run(twice)
    assert await database.run(FIND.first, {"on": "slack"}) is None


async def test_a_parameter_that_is_missing_is_an_error(database: Database) -> None:
    with pytest.raises(Exception, match="on"):
        await database.run(FIND.first, {})
