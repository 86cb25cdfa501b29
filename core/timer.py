"""Asks what is due when it is due, and keeps things tidy: for the one process that leads.

The table of schedules is the truth; the scheduler's own jobs are only alarms for what is due within the next minute,
set anew every few seconds. So what is changed anywhere is followed, and what was missed while nobody led is asked once.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from core import positions, times
from core.moments import Now, utc_now
from core.upkeep import Upkeep
from storage import firings, schedules
from storage.database import Database
from storage.firings import Fired
from storage.schedules import Due

log = structlog.get_logger()

LOOK_S = 2.0
AHEAD = timedelta(minutes=1)
# Late alarms ring all the same, several of one kind once, and none while it still rings.
ALARMS = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}


class Timer:
    """`wake` hears of each prompt that waits for its answer from now on."""

    def __init__(
        self,
        database: Database,
        wake: Callable[[Fired], object],
        upkeep: Sequence[Upkeep] = (),
        now: Now = utc_now,
        look_s: float = LOOK_S,
    ) -> None:
        self._database = database
        self._wake = wake
        self._upkeep = upkeep
        self._now = now
        self._look_s = look_s
        self._set: dict[int, Due] = {}

    async def run(self) -> None:
        """Keep time until it is cancelled."""
        self._set.clear()
        alarms = AsyncIOScheduler(timezone=UTC, job_defaults=ALARMS)
        for one in self._upkeep:
            first = datetime.now(UTC)
            alarms.add_job(self._keep_up, IntervalTrigger(seconds=one.every_s), args=[one], next_run_time=first)
        alarms.start()
        try:
            while True:
                await self._look(alarms)
                await asyncio.sleep(self._look_s)
        finally:
            alarms.shutdown(wait=False)

    async def fire(self, due: Due) -> bool:
        """Ask what is due; false when that was done already, or the schedule was changed meanwhile."""
        now = self._now()
        zone = ZoneInfo(due.timezone)
        next_at = times.next_after(due.cron, zone, max(now, due.next_at)) if due.cron else None
        fired = await self._database.run(firings.fire, due, next_at, positions.moment(now))
        if fired is None:
            return False
        log.info("schedule.fired", schedule=due.id, late_s=round((now - due.next_at).total_seconds(), 1))
        self._wake(fired)
        return True

    async def _look(self, alarms: AsyncIOScheduler) -> None:
        """Set an alarm for what is due soon, and take away those for what was changed."""
        found = await self._database.run(schedules.due_before, self._now() + AHEAD)
        soon = {due.id: due for due in found}
        for id_ in [id_ for id_, due in self._set.items() if soon.get(id_) != due]:
            del self._set[id_]
            if alarms.get_job(str(id_)) is not None:
                alarms.remove_job(str(id_))
        for id_, due in soon.items():
            if id_ not in self._set:
                self._set[id_] = due
                in_s = max((due.next_at - self._now()).total_seconds(), 0.0)
                rings_at = datetime.now(UTC) + timedelta(seconds=in_s)
                alarms.add_job(self._ring, DateTrigger(rings_at), args=[due], id=str(id_), replace_existing=True)

    async def _ring(self, due: Due) -> None:
        try:
            await self.fire(due)
        except asyncio.CancelledError:
            log.info("schedule.broken_off", schedule=due.id)
        except Exception:
            log.exception("schedule.not_fired", schedule=due.id)
            self._set.pop(due.id, None)

    async def _keep_up(self, upkeep: Upkeep) -> None:
        try:
            await upkeep.deed(self._now())
        except asyncio.CancelledError:
            log.info("upkeep.broken_off", name=upkeep.name)
        except Exception:
            log.exception("upkeep.failed", name=upkeep.name)
