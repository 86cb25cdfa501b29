"""Brings a database's schema up to date with this version of Parley."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine


class NewerSchema(RuntimeError):
    """The database was written by a newer Parley: run that version, or restore a backup."""


class BrokenReferences(RuntimeError):
    """After the migration some rows would refer to rows that are not there, so nothing was changed."""


def upgrade(engine: Engine, revision: str = "head") -> tuple[str | None, str]:
    """Apply what is missing, in one transaction, and return the revisions before and after.

    Several processes may do so at once: the transaction holds the write lock from its beginning.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    target = ScriptDirectory.from_config(config).as_revision_number(revision)
    if not isinstance(target, str):
        raise RuntimeError("no migrations were found beside storage/migrate.py")
    with unreferenced(engine) as connection, connection.begin():
        before = MigrationContext.configure(connection).get_current_revision()
        if before == target:
            return before, target
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, revision)
        except CommandError as error:
            raise NewerSchema(f"the database is at revision {before!r}, which this version does not know") from error
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
            raise BrokenReferences(f"from revision {before!r} to {target!r}")
    return before, target


@contextmanager
def unreferenced(engine: Engine) -> Iterator[Connection]:
    """A connection that does not enforce foreign keys.

    SQLite changes a table by making a new one and dropping the old, and dropping deletes what refers to it where
    foreign keys are enforced (sqlite.org/lang_altertable.html, section 7).
    """
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
        finally:
            driver.execute("PRAGMA foreign_keys=ON")
