"""What a newer version makes of the database of an older one."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, func, insert, select, text
from sqlmodel import SQLModel

from storage import migrate
from storage.database import Database, engine_for

MOMENT = "2026-11-22 09:00:00+00:00"
# What a database of the first version has in each table; every column that came later has a default.
ROWS: dict[str, dict[str, object]] = {
    "workspace": {"id": 1, "platform": "slack", "platform_id": "T1", "name": "Bakery", "prompt": ""},
    "persona": {"id": 1, "workspace_id": 1, "name": "Baker", "name_key": "baker", "instruction": "Bake."},
    "channel": {"id": 1, "workspace_id": 1, "platform_id": "C1", "name": "general", "persona_id": 1},
    "thread": {"id": 1, "channel_id": 1, "key": "1", "posts_in": "C1"},
    "message": {
        "id": 1,
        "channel_id": 1,
        "thread_id": 1,
        "platform_id": "1",
        "position": 1,
        "role": "user",
        "author_kind": "person",
        "author_id": "U1",
        "author_name": "Ann",
        "text": "hi",
    },
    "reply": {
        "id": 1,
        "thread_id": 1,
        "trigger_id": 1,
        "state": "done",
        "epoch": 1,
        "error": "",
        "model": "",
        "finish_reason": "",
    },
    "segment": {"id": 1, "reply_id": 1, "number": 0, "platform_id": "2"},
}


ENDING_SEQUENCES = "select sequencename from pg_sequences where max_value < 4000000000"


def revisions() -> list[str]:
    """Every revision but the newest, oldest first."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1][:-1]


def fill(connection: Connection, beyond: int = 0) -> None:
    """A row in each table, with ids that are so much higher."""
    for name, values in ROWS.items():
        ids = {key: given + beyond for key, given in values.items() if key.endswith("id") and isinstance(given, int)}
        table = Table(name, MetaData(), autoload_with=connection)
        needed = [column.name for column in table.columns if not column.nullable and column.name.endswith("_at")]
        connection.execute(insert(table).values(values | ids | dict.fromkeys(needed, text(f"'{MOMENT}'"))))


def count(connection: Connection, name: str) -> int:
    table = Table(name, MetaData(), autoload_with=connection)
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


@pytest.mark.parametrize("revision", revisions())
def test_an_upgrade_keeps_every_row_of_an_older_database(database_url: str, revision: str) -> None:
    engine = engine_for(database_url)
    migrate.upgrade(engine, revision)
    with engine.begin() as connection:
        fill(connection)
    before, after = migrate.upgrade(engine)
    with engine.begin() as connection:
        counts = {name: count(connection, name) for name in ROWS}
        enforced = engine.dialect.name != "sqlite" or connection.exec_driver_sql("pragma foreign_keys").scalar() == 1
    engine.dispose()
    assert (before, after > revision, enforced) == (revision, True, True)
    assert counts == dict.fromkeys(ROWS, 1)


def test_an_id_may_be_higher_than_32_bits_hold(migrated_url: str) -> None:
    engine = engine_for(migrated_url)
    migrate.upgrade(engine)
    with engine.begin() as connection:
        fill(connection, beyond=2**31)
        reached = [] if engine.dialect.name == "sqlite" else connection.execute(text(ENDING_SEQUENCES)).all()
    engine.dispose()
    assert reached == []


def test_what_was_used_before_it_was_counted_is_counted_by_the_upgrade(database_url: str) -> None:
    engine = engine_for(database_url)
    migrate.upgrade(engine, "0009")
    with engine.begin() as connection:
        fill(connection)
        took = "model = 'gpt', endpoint = 'local', tokens_in = 9, tokens_out = 2, cost_microusd = 70"
        connection.execute(text(f"update reply set {took}, settled_at = '{MOMENT}'"))  # noqa: S608
    migrate.upgrade(engine)
    with engine.begin() as connection:
        used = connection.execute(
            text("select day, person_name, model, replies, tokens_in, unpriced from spending")
        ).one()
        spent = connection.execute(
            text("select reach, subject, day, tokens, cost_microusd from spent order by 1")
        ).all()
    engine.dispose()
    assert tuple(used) == ("2026-11-22", "Ann", "local/gpt", 1, 9, 0)
    assert [tuple(row) for row in spent] == [
        ("channel", "C1", "2026-11-22", 11, 70),
        ("person", "U1", "2026-11-22", 11, 70),
        ("workspace", "", "2026-11-22", 11, 70),
    ]


def test_the_migrations_make_what_the_tables_say(database_url: str) -> None:
    engine = engine_for(database_url)
    migrate.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": migrate.is_own})
        differences = compare_metadata(context, SQLModel.metadata)
    engine.dispose()
    assert differences == []


def test_several_processes_may_migrate_at_once(database_url: str) -> None:
    def open_and_migrate(_: int) -> str:
        engine = engine_for(database_url)
        try:
            return migrate.upgrade(engine)[1]
        finally:
            engine.dispose()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(open_and_migrate, range(4)))) == 1


async def test_a_newer_database_is_left_alone(migrated_url: str) -> None:
    database = await Database.open(migrated_url)
    await database.run(lambda session: session.execute(text("update alembic_version set version_num = '9999'")))
    await database.close()
    with pytest.raises(migrate.NewerSchema, match="9999"):
        await Database.open(migrated_url)
