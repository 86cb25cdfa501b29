"""What whoever runs Parley looks through: workspaces, and the answers and personas of one, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from math import ceil
from zoneinfo import ZoneInfo

from core.configurations import Configurations
from core.people import Person
from core.rights import Rights
from storage import answers, browsing
from storage.answers import Page, Waited
from storage.browsing import Assignment
from storage.database import Database
from storage.states import ReplyState

DAYS = 30
IN_VAIN = frozenset({ReplyState.FAILED, ReplyState.INTERRUPTED})


@dataclass(frozen=True, slots=True)
class DayOfWaits:
    """How many seconds people waited on one day: for the first words, and for all of the answer."""

    day: date
    first_median_s: float | None
    whole_median_s: float
    whole_p95_s: float


@dataclass(frozen=True, slots=True)
class Waits:
    """How the newest answers came about: of `answers` of them so many came to nothing; the times are of the others."""

    days: tuple[DayOfWaits, ...]
    answers: int
    in_vain: int
    first_median_s: float | None


class Overview:
    """Each look is for admins, and at their own workspace. Raises NotAllowed or PlatformTrouble."""

    def __init__(self, database: Database, configurations: Configurations) -> None:
        self._database = database
        self._configurations = configurations
        self._rights = Rights(configurations)

    async def answers(self, by: Person, *, before_id: int | None = None, most: int = 50) -> Page:
        """The newest answers, or those before one."""
        return await self._database.run(answers.page, await self._row(by), before_id, most)

    async def waits(self, by: Person, now: datetime | None = None) -> Waits:
        """How long people have waited lately, by the days of the workspace's time zone."""
        row = await self._row(by)
        zone = ZoneInfo((await self._configurations.now(by.workspace)).timezone)
        since = (now or datetime.now(UTC)) - timedelta(days=DAYS)
        return waits(await self._database.run(answers.waited, row, since), zone)

    async def personas(self, by: Person, *, after: str = "", most: int = 25) -> list[Assignment]:
        """The personas after one by name, with the channels that speak with them."""
        return await self._database.run(browsing.personas, await self._row(by), after, most)

    async def _row(self, by: Person) -> int:
        await self._rights.must_administer(by)
        return (await self._configurations.now(by.workspace)).workspace_row


def waits(waited: Sequence[Waited], zone: ZoneInfo) -> Waits:
    """The answers of each day together, in the order of days."""
    made = sorted((one for one in waited if one.state is ReplyState.DONE), key=lambda one: one.queued_at)
    days = groupby(made, lambda one: one.queued_at.astimezone(zone).date())
    return Waits(
        days=tuple(_of_day(day, list(its)) for day, its in days),
        answers=len(waited),
        in_vain=sum(one.state in IN_VAIN for one in waited),
        first_median_s=_percentile(_first(made), 50),
    )


def _of_day(day: date, waited: Sequence[Waited]) -> DayOfWaits:
    whole = [(one.settled_at - one.queued_at).total_seconds() for one in waited]
    median, p95 = _percentile(whole, 50), _percentile(whole, 95)
    return DayOfWaits(day, _percentile(_first(waited), 50), median or 0.0, p95 or 0.0)


def _first(waited: Sequence[Waited]) -> list[float]:
    return [(one.first_shown_at - one.queued_at).total_seconds() for one in waited if one.first_shown_at is not None]


def _percentile(values: Sequence[float], percent: int) -> float | None:
    """By the nearest rank; None of nothing."""
    return sorted(values)[ceil(len(values) * percent / 100) - 1] if values else None
