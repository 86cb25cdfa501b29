import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select, table, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from storage import migrate
from storage.database import Database, UnsupportedDatabase, address, sqlite_engine
from storage.tables import Persona, Workspace


async def test_opening_applies_every_migration(database: Database) -> None:
    def names(session: Session) -> set[str]:
        return {row[0] for row in session.execute(text("select name from sqlite_master where type = 'table'"))}

    assert {"workspace", "channel", "thread", "message", "reply", "segment", "persona"} <= await database.run(names)


async def test_the_migrations_make_what_the_tables_say(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    def differences(session: Session) -> list[object]:
        context = MigrationContext.configure(session.connection())
        return list(compare_metadata(context, SQLModel.metadata))

    assert await database.run(differences) == []


async def test_the_file_is_in_wal_mode_with_foreign_keys_and_a_busy_timeout(database: Database) -> None:
    def pragmas(session: Session) -> list[object]:
        return [
            session.execute(text(f"pragma {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        ]

    assert await database.run(pragmas) == ["wal", 1, 10_000]


async def test_work_that_raises_leaves_nothing_behind(database: Database) -> None:
    def break_off(session: Session) -> None:
        session.add(Workspace(platform="slack", platform_id="T1"))
        session.flush()
        raise LookupError

    with pytest.raises(LookupError):
        await database.run(break_off)
    assert await database.run(lambda session: session.execute(text("select count(*) from workspace")).scalar()) == 0


async def test_a_row_that_refers_to_nothing_is_refused(database: Database) -> None:
    def orphan(session: Session) -> None:
        session.add(Persona(workspace_id=99, name="x", name_key="x", instruction="x"))

    with pytest.raises(IntegrityError):
        await database.run(orphan)


async def test_read_then_write_work_of_two_connections_loses_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/parley.db"
    first, second = await Database.open(url), await Database.open(url)

    def make(session: Session) -> None:
        session.add(Workspace(platform="slack", platform_id="T1", name="0"))

    def add_one(session: Session) -> None:
        count = int(session.execute(text("select name from workspace")).scalar_one())
        session.execute(text("update workspace set name = :name"), {"name": str(count + 1)})

    await first.run(make)
    await asyncio.gather(*(database.run(add_one) for database in [first, second] * 50))
    total = await first.run(lambda session: session.execute(text("select name from workspace")).scalar_one())
    await first.close()
    await second.close()
    assert total == "100"


def test_several_processes_may_migrate_at_once(tmp_path: Path) -> None:
    def open_and_migrate(_: int) -> str:
        engine = sqlite_engine(address(f"sqlite:///{tmp_path}/parley.db"))
        try:
            return migrate.upgrade(engine)[1]
        finally:
            engine.dispose()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(open_and_migrate, range(4)))) == 1


async def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/parley.db"
    database = await Database.open(url)
    await database.run(lambda session: session.execute(text("update alembic_version set version_num = '9999'")))
    await database.close()
    with pytest.raises(migrate.NewerSchema, match="9999"):
        await Database.open(url)


@pytest.mark.parametrize("url", ["nonsense", "mysql://localhost/x", "sqlite://", "sqlite:///:memory:"])
def test_an_address_that_is_not_supported_is_refused(url: str) -> None:
    with pytest.raises(UnsupportedDatabase):
        address(url)


async def test_a_migration_keeps_every_row_of_an_older_database(tmp_path: Path) -> None:
    engine = sqlite_engine(address(f"sqlite:///{tmp_path}/parley.db"))
    migrate.upgrade(engine, "0001")
    with engine.begin() as connection:
        for statement in (
            "insert into workspace values (1, 'slack', 'T1', 'Bakery', '', '2026-11-22')",
            "insert into channel values (1, 1, 'C1', 'general', null)",
            "insert into thread values (1, 1, '1', 'C1', '2026-11-22')",
            "insert into message values (1, 1, 1, '1', 1, 'user', 'person', 'U1', 'Ann', 'hi', '2026-1-1', '2026-1-1')",
            "insert into reply values (1, 1, 1, null, 'done', 1, '', '', '', null, null, '2026-11-22', null, null)",
        ):
            connection.exec_driver_sql(statement)
    migrate.upgrade(engine)
    with engine.begin() as connection:
        tables = ("workspace", "channel", "thread", "message", "reply")
        counts = [connection.execute(select(func.count()).select_from(table(name))).scalar() for name in tables]
        keys = connection.exec_driver_sql("pragma foreign_keys").scalar()
    engine.dispose()
    assert (counts, keys) == ([1] * 5, 1)
