"""What the process that leads does again and again: each line is one thing that would otherwise pile up."""

from datetime import datetime, timedelta

from core.configurations import Configurations
from core.privacy import Privacy
from core.settings import Settings
from core.upkeep import Upkeep
from storage import firings, schedules, tallies
from storage.database import Database

HOUR_S = 3_600.0
# For as long one can look up when a schedule was due, and what was due once stays listed.
REMEMBERED = timedelta(days=30)
# Longer than any period of a platform's.
COUNTED = timedelta(hours=1)


def upkeep(database: Database, settings: Settings) -> tuple[Upkeep, ...]:
    async def sweep_schedules(now: datetime) -> None:
        await database.run(firings.sweep, now - REMEMBERED)
        await database.run(schedules.sweep, now - REMEMBERED)

    async def sweep_tallies(now: datetime) -> None:
        await database.run(tallies.sweep, now - COUNTED)

    retention = Privacy(database, Configurations(database), settings.retention_days)
    return (
        Upkeep("schedules", 24 * HOUR_S, sweep_schedules),
        Upkeep("retention", HOUR_S, retention.sweep),
        Upkeep("tallies", HOUR_S, sweep_tallies),
    )
