import asyncio
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from storage.database import Database, UnsupportedDatabase, address, conninfo, engine_for, without_password
from storage.tables import Persona, Workspace
from tests.postgres import Databases

CUT_EVERYBODY = """
select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()
"""


async def test_opening_applies_every_migration(database: Database) -> None:
    def names(session: Session) -> set[str]:
        return set(inspect(session.connection()).get_table_names())

    assert {"workspace", "channel", "thread", "message", "reply", "segment", "persona"} <= await database.run(names)


async def test_the_sqlite_file_is_in_wal_mode_with_foreign_keys_and_a_busy_timeout(tmp_path: Path) -> None:
    def pragmas(session: Session) -> list[object]:
        return [
            session.execute(text(f"pragma {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        ]

    database = await Database.open(f"sqlite:///{tmp_path}/parley.db")
    assert await database.run(pragmas) == ["wal", 1, 10_000]
    await database.close()


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


async def test_read_then_write_work_of_two_processes_loses_nothing(migrated_url: str) -> None:
    first, second = await Database.open(migrated_url), await Database.open(migrated_url)

    def make(session: Session) -> None:
        session.add(Workspace(platform="slack", platform_id="T1", name="0"))

    def add_one(session: Session) -> None:
        count = int(session.execute(select(col(Workspace.name)).with_for_update()).scalar_one())
        session.execute(text("update workspace set name = :name"), {"name": str(count + 1)})

    await first.run(make)
    await asyncio.gather(*(database.run(add_one) for database in [first, second] * 50))
    total = await first.run(lambda session: session.execute(text("select name from workspace")).scalar_one())
    await first.close()
    await second.close()
    assert total == "100"


async def test_times_come_back_with_their_zone(database: Database) -> None:
    await database.run(lambda session: session.add(Workspace(platform="slack", platform_id="T1")))
    made = await database.run(lambda session: session.get_one(Workspace, 1).created_at)
    assert made.tzinfo is not None


@pytest.mark.parametrize("url", ["nonsense", "mysql://localhost/x", "sqlite://", "sqlite:///:memory:"])
def test_an_address_that_is_not_supported_is_refused(url: str) -> None:
    with pytest.raises(UnsupportedDatabase):
        address(url)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_postgresql_address_may_be_spelled_as_hosts_spell_it(scheme: str) -> None:
    assert address(f"{scheme}://me:secret@db.example/parley").drivername == "postgresql+psycopg"


@pytest.mark.parametrize("url", ["postgresql://me:secret@db/parley", "postgresql://db/parley?user=me&password=secret"])
def test_a_password_is_not_shown(url: str) -> None:
    assert "secret" not in without_password(url)


@pytest.mark.parametrize("password", ["a@secret", "a@b:secret"])
def test_of_an_address_whose_password_is_not_encoded_nothing_is_told(password: str) -> None:
    with pytest.raises(UnsupportedDatabase, match="%40") as refusal:
        address(f"postgresql://me:{password}@db.example:5432/parley")
    assert "secret" not in str(refusal.value)


async def test_work_is_done_again_when_its_connection_breaks(postgres: Databases) -> None:
    with postgres.migrated() as url:
        engine = engine_for(url)
        statements: list[object] = []

        def break_first(*_: object) -> None:
            statements.append(_)
            if len(statements) == 1:
                with psycopg.connect(conninfo(url), autocommit=True) as other:
                    other.execute(CUT_EVERYBODY)

        event.listen(engine, "before_cursor_execute", break_first)
        database = Database(engine)
        assert await database.run(lambda session: session.execute(text("select 1")).scalar()) == 1
        assert len(statements) == 2
        await database.close()
