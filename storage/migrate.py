"""Brings a database's schema up to date with this version of Parley."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

VERSIONS = Path(__file__).parent / "migrations" / "versions"
# Any number will do, as long as every process uses the same: "parl" in ASCII.
UPGRADE_LOCK = 0x7061726C


class NewerSchema(RuntimeError):
    """The database was written by a newer Parley: run that version, or restore a backup."""


class BrokenReferences(RuntimeError):
    """After the migration some rows would refer to rows that are not there, so nothing was changed."""


def upgrade(engine: Engine, revision: str = "head") -> tuple[str | None, str]:
    """Apply what is missing, in one transaction, and return the revisions before and after.

    Several processes may do so at once: the transaction holds a lock from its beginning.
    """
    if revision == "head" and (reached := current(engine)) == newest():
        return reached, newest()
    # Loading Alembic takes a tenth of a second and 12 MB, which a database that is up to date does not need.
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    target = ScriptDirectory.from_config(config).as_revision_number(revision)
    if not isinstance(target, str):
        raise RuntimeError("no migrations were found beside storage/migrate.py")
    changing = locked if engine.dialect.name == "postgresql" else unreferenced
    with changing(engine) as connection:
        before = MigrationContext.configure(connection).get_current_revision()
        if before == target:
            return before, target
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, revision)
        except CommandError as error:
            raise NewerSchema(f"the database is at revision {before!r}, which this version does not know") from error
    return before, target


def current(engine: Engine) -> str | None:
    """The revision that a database is at; None before its first one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.execute(text("select version_num from alembic_version")).scalar_one_or_none()
        return found


def newest() -> str:
    """The newest revision there is: their files begin with their numbers."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))


def is_own(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether a table of the database is Parley's, and not of the queue that keeps its jobs beside them."""
    return kind != "table" or not str(name).startswith("procrastinate_")


@contextmanager
def locked(engine: Engine) -> Iterator[Connection]:
    """A transaction of PostgreSQL that no other upgrade runs beside."""
    with engine.connect() as connection, connection.begin():
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
        yield connection


@contextmanager
def unreferenced(engine: Engine) -> Iterator[Connection]:
    """A transaction of SQLite that checks foreign keys at its end only.

    SQLite changes a table by making a new one and dropping the old, and dropping deletes what refers to it where
    foreign keys are enforced (sqlite.org/lang_altertable.html, section 7).
    """
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise BrokenReferences("the upgrade was undone")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")
