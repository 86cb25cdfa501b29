"""When a cron expression is due, by the time of day in a place, also where that jumps. Pure.

APScheduler's trigger counts in a calendar without jumps; what it finds there becomes moments here. A time of day that
a spring night leaves out comes as much later as the night is shorter; one that an autumn night has twice comes the
first time. What is due in every hour has no time of day: it goes on through both.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

FIELDS = ("minute", "hour", "day", "month", "day_of_week")
EVERY = "*"
# Daylight saving jumps by two hours at most (Antarctica/Troll).
JUMP = timedelta(hours=3)
# 29 February comes again within eight years, and once a century not before that.
HORIZON = timedelta(days=366 * 9)
MINUTE = timedelta(minutes=1)


def fields(cron: str) -> dict[str, str]:
    """The fields of APScheduler's trigger; days of the week have names there. Raises ValueError."""
    return dict(zip(FIELDS, cron.split(), strict=True))


def check(cron: str) -> None:
    """Raises ValueError when it is no cron expression."""
    CronTrigger(**fields(cron), timezone=UTC)


def next_after(cron: str, zone: ZoneInfo, after: datetime) -> datetime | None:
    """The first moment later than this at which it is due; None when there is none in years."""
    in_every_hour = fields(cron)["hour"] == EVERY
    best: datetime | None = None
    until: datetime | None = None
    for wall in _walls(cron, after.astimezone(zone).replace(tzinfo=None) - JUMP):
        if until is not None and wall > until:
            break
        later = [moment for moment in _moments(wall, zone, in_every_hour=in_every_hour) if moment > after]
        if later:
            best = min(later) if best is None else min(best, *later)
            until = until or wall + JUMP
    return best


def upcoming(cron: str, zone: ZoneInfo, after: datetime, most: int) -> list[datetime]:
    """The next moments at which it is due."""
    found: list[datetime] = []
    while len(found) < most:
        moment = next_after(cron, zone, found[-1] if found else after)
        if moment is None:
            break
        found.append(moment)
    return found


def least_gap(cron: str, zone: ZoneInfo, after: datetime, most: int = 70) -> timedelta:
    """The shortest time between two of the next moments, by the calendar."""
    walls = list(islice(_walls(cron, after.astimezone(zone).replace(tzinfo=None)), most))
    return min((later - one for one, later in pairwise(walls)), default=HORIZON)


def moment_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """When it is this time of day there: the first time, and after a gap as much later as that is long."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _walls(cron: str, start: datetime) -> Iterator[datetime]:
    """The times of day at which it is due, from the start on."""
    at = start.replace(tzinfo=UTC)
    trigger = CronTrigger(**fields(cron), timezone=UTC, end_date=at + HORIZON)
    while (due := trigger.get_next_fire_time(None, at)) is not None:
        yield due.replace(tzinfo=None)
        at = due + MINUTE


def _moments(wall: datetime, zone: ZoneInfo, *, in_every_hour: bool) -> list[datetime]:
    if not in_every_hour:
        return [moment_of(wall, zone)]
    both = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return [moment for moment in both if moment.astimezone(zone).replace(tzinfo=None) == wall]
