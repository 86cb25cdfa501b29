"""Opens the database for a command, and says in a sentence what is wrong when that fails."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bots.commands.failures import Refused
from storage.database import Database, UnsupportedDatabase, without_password
from storage.migrate import NewerSchema


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """The open database for as long as the block runs. Raises Refused."""
    try:
        database = await Database.open(url)
    except Exception as error:
        raise Refused(sentence(url, error)) from error
    try:
        yield database
    finally:
        await database.close()


def sentence(url: str, error: Exception) -> str:
    """What keeps this database from being opened, and what to do."""
    if isinstance(error, NewerSchema):
        return f"The database was written by a newer Parley ({error}): run that version, or restore a backup."
    if isinstance(error, UnsupportedDatabase):
        return f"DATABASE_URL cannot be used: {error}."
    reason = " ".join(str(getattr(error, "orig", None) or error).split())
    shown = without_password(url)
    return f"The database {shown!r} cannot be opened ({reason}): check DATABASE_URL and who may write there."
