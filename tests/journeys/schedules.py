"""What the journeys of schedules do to time, and what they wait for in the database."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import Session, col

from core.settings import Settings
from storage.database import Database
from storage.tables import Schedule, Thread
from tests.journeys.control import until


async def becomes_due(settings: Settings, ago: timedelta = timedelta()) -> None:
    """Let every schedule be due as of so long ago."""

    def set_back(session: Session) -> None:
        values = {"next_at": datetime.now(UTC) - ago, "revision": col(Schedule.revision) + 1}
        session.execute(update(Schedule).values(values))

    database = await Database.open(settings.database_url)
    await database.run(set_back)
    await database.close()


async def known(settings: Settings, message_id: str) -> None:
    """Wait until a thread is known by its first message, which people see a moment earlier."""

    def keys(session: Session) -> list[str]:
        return list(session.execute(select(col(Thread.key))).scalars())

    database = await Database.open(settings.database_url)

    async def look() -> bool:
        return message_id in await database.run(keys)

    await until(look)
    await database.close()
