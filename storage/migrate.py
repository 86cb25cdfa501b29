"""Brings a database's schema up to date with this version of Parley."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Engine


class NewerSchema(RuntimeError):
    """The database was written by a newer Parley: run that version, or restore a backup."""


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Apply what is missing, in one transaction, and return the revisions before and after.

    Several processes may do so at once: the transaction holds the write lock from its beginning.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    head = ScriptDirectory.from_config(config).get_current_head()
    if head is None:
        raise RuntimeError("no migrations were found beside storage/migrate.py")
    with engine.begin() as connection:
        before = MigrationContext.configure(connection).get_current_revision()
        if before == head:
            return before, head
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise NewerSchema(f"the database is at revision {before!r}, which this version does not know") from error
    return before, head
