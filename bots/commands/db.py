"""`parley db`: the database's schema, and the keys of what is encrypted in it."""

import asyncio

import click

from bots.commands.database import opened, sentence
from bots.commands.failures import Misconfigured, Refused
from core import logs, settings
from core.settings.fields import listed
from storage import database, encrypted, endpoints, installations, migrate, tool_servers
from storage.encrypted import Unreadable, Vault


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


@command.command()
def key() -> None:
    """Make a key for PARLEY_ENCRYPTION_KEYS and print it. Nothing is changed."""
    click.echo(encrypted.new_key())


@command.command()
def rekey() -> None:
    """Encrypt every kept token and key anew, with the first of PARLEY_ENCRYPTION_KEYS.

    To change the key: put a new one (`parley db key`) before the old, restart every process, run this, and take the old
    one away. It does no harm to do it twice, or while Parley runs.
    """
    loaded = settings.load()
    logs.set_up(loaded)
    keys = listed(loaded.encryption_keys)
    if not keys:
        raise Misconfigured("PARLEY_ENCRYPTION_KEYS is missing: there is no key to encrypt with.")
    installed, brought, servers = asyncio.run(_rekeyed(loaded.database_url, Vault(keys)))
    click.echo(f"{installed} installations are encrypted with the first key.")
    if brought:
        click.echo(f"So are the keys of {brought} model endpoints of workspaces.")
    if servers:
        click.echo(f"So are the keys of {servers} servers of tools.")


async def _rekeyed(url: str, vault: Vault) -> tuple[int, int, int]:
    async with opened(url) as kept:
        try:
            return (
                await kept.run(installations.rekey, vault),
                await kept.run(endpoints.rekey, vault),
                await kept.run(tool_servers.rekey, vault),
            )
        except Unreadable as error:
            raise Refused(str(error)) from error


def upgraded(url: str) -> tuple[str | None, str]:
    """Apply every missing migration; the revisions before and after. Raises Refused."""
    try:
        engine = database.engine_for(url)
        try:
            return migrate.upgrade(engine)
        finally:
            engine.dispose()
    except Exception as error:
        raise Refused(sentence(url, error)) from error
