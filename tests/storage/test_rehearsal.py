from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine
from sqlmodel import Session, SQLModel

from storage.database import Database
from storage.rehearsal import rehearse


def count_rows(session: Session) -> dict[str, int]:
    return {
        table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in SQLModel.metadata.sorted_tables
    }


async def test_a_rehearsal_goes_to_the_end_of_a_reply_and_leaves_nothing_behind(database: Database) -> None:
    before = await database.run(count_rows)
    at_the_end: list[dict[str, int]] = []

    def look(connection: Any) -> None:
        with Session(connection) as session:
            at_the_end.append(count_rows(session))

    event.listen(Engine, "rollback", look)
    try:
        await rehearse(database)
    finally:
        event.remove(Engine, "rollback", look)

    assert await database.run(count_rows) == before
    assert all(at_the_end[0][name] > before[name] for name in ("message", "reply", "segment", "spending", "spent"))
