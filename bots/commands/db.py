"""`parley db`: the database's schema."""

import click

from bots.commands.database import sentence
from bots.commands.failures import Refused
from core import logs, settings
from storage import database, migrate


@click.group("db")
def command() -> None:
    """Look after the database."""


@command.command()
def upgrade() -> None:
    """Bring the database's tables up to date with this version of Parley.

    The database is the one in DATABASE_URL (a file parley.db in the working directory, unless set). It is made when
    there is none. Doing this twice, or in several processes at once, does no harm; `parley run` does it, too.
    """
    loaded = settings.load()
    logs.set_up(loaded)
    before, after = upgraded(loaded.database_url)
    if before == after:
        click.echo(f"The database is up to date, at revision {after}.")
    else:
        click.echo(f"The database is upgraded: {before or 'nothing'} → {after}.")


def upgraded(url: str) -> tuple[str | None, str]:
    """Apply every missing migration; the revisions before and after. Raises Refused."""
    try:
        engine = database.sqlite_engine(database.address(url))
        try:
            return migrate.upgrade(engine)
        finally:
            engine.dispose()
    except Exception as error:
        raise Refused(sentence(url, error)) from error
