"""Forgets people when they ask for it, and what was said when it is too old."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from core.configurations import Configurations
from core.people import Person
from core.rights import Rights
from storage import erasure, ledger, privacy, workspaces
from storage.audit import Actor
from storage.database import Database
from storage.erasure import FORGOTTEN
from storage.problems import NotPossible
from storage.words import Deed

log = structlog.get_logger()

# What is deleted in one transaction: others wait meanwhile.
AT_ONCE = 500
# Replies to somebody who is forgotten may take three seconds to end; then they are cut off.
LOOKS, LOOK_S = 30, 0.1
MOST_DAYS = 36_500
OFF = ("off", "never")
NEVER = "What was said is kept until it is deleted."

Stop = Callable[[int], bool]


def nowhere(_reply_id: int) -> bool:
    """No reply runs in this process."""
    return False


def days_of(typed: str) -> int | None:
    """The days that were typed; None for never. Raises NotPossible."""
    typed = typed.strip().lower()
    if typed in OFF:
        return None
    if not typed.isdecimal() or len(typed) > len(str(MOST_DAYS)):
        raise NotPossible("Say a number of days, or off.", "retention_days")
    return int(typed)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was forgotten of a person: how many of what, in how many workspaces, and when.

    `scrubbed` holds when nothing of it is left in the files of the database either, as far as that is in its hands.
    """

    at: datetime
    workspaces: int
    counts: Counter[str]
    scrubbed: bool

    def __str__(self) -> str:
        counted = ", ".join(f"{count} {name}" for name, count in sorted(self.counts.items()) if count)
        where = f"{self.workspaces} workspace{'s' if self.workspaces != 1 else ''}"
        return f"{self.at:%Y-%m-%d %H:%M} UTC, {where}: {counted or 'nothing was kept'}."


class Privacy:
    """`stop` ends a reply that runs in this process."""

    def __init__(
        self, database: Database, configurations: Configurations, operator_days: int, stop: Stop = nowhere
    ) -> None:
        self._database = database
        self._rights = Rights(configurations)
        self._configurations = configurations
        self._operator_days = operator_days
        self._stop = stop

    async def forget_me(self, person: Person) -> Receipt:
        """Forget whoever asks for it. On Discord that is everywhere, as they are the same everywhere."""
        return await self._erase(person, person.id, Actor("", FORGOTTEN))

    async def erase(self, by: Person, person_id: str) -> Receipt:
        """Forget somebody else, for admins: wherever this id is theirs. Raises NotAllowed."""
        await self._rights.must_administer(by)
        return await self._erase(by, person_id, by.actor)

    async def set_retention(self, by: Person, days: int | None) -> str:
        """Say after how many days what was said is deleted; None for never. For admins. Raises NotPossible."""
        await self._rights.must_administer(by)
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise NotPossible(f"Name a number of days from 1 to {MOST_DAYS}.", "retention_days")
        row, _ = await self._database.run(workspaces.revision, by.platform, by.workspace_id)
        await self._database.run(workspaces.change, row, by.actor, Deed.RETENTION, "retention_days", days)
        return self._told(days)

    async def retention(self, by: Person) -> str:
        """How long what was said is kept."""
        return self._told((await self._configurations.now(by.workspace)).retention_days)

    async def sweep(self, moment: datetime) -> int:
        """Delete everywhere what is too old; how many messages that were."""
        count, deleted = AT_ONCE, 0
        while count >= AT_ONCE:
            count = await self._database.run(privacy.sweep, moment, AT_ONCE, self._operator_days)
            deleted += count
        if deleted:
            scrubbed = await self._database.scrub()
            log.info("retention.swept", messages=deleted, scrubbed=scrubbed)
        return deleted

    def _told(self, days: int | None) -> str:
        fewest = min([one for one in (days, self._operator_days) if one], default=0)
        if not fewest:
            return NEVER
        return f"What was said is deleted after {fewest} day{'s' if fewest != 1 else ''}."

    async def _erase(self, by: Person, person_id: str, actor: Actor) -> Receipt:
        if not person_id:
            raise NotPossible("Name the person by their id.")
        rows = await self._database.run(erasure.scope, by.platform, by.workspace_id)
        await self._end_replies(rows, person_id)
        total: Counter[str] = Counter()
        found_in = 0
        for row in rows:
            counts = await self._erase_in(row, person_id)
            if counts:
                found_in += 1
                total += counts
                await self._database.run(erasure.write_down, row, actor, counts)
        scrubbed = await self._database.scrub()
        log.info("person.erased", workspaces=found_in, scrubbed=scrubbed, **{f"n_{k}": v for k, v in total.items()})
        return Receipt(datetime.now(UTC), found_in, total, scrubbed)

    async def _erase_in(self, row: int, person_id: str) -> Counter[str]:
        names = await self._database.run(erasure.names_of, row, person_id)
        counts, after = await self._database.run(erasure.forget_said, row, person_id)
        while after:
            more, after = await self._database.run(erasure.forget_said, row, person_id, after)
            counts += more
        counts += await self._database.run(erasure.forget_named, row, person_id, names)
        if await self._database.run(erasure.close_direct, row, person_id):
            counts["direct conversations"] += 1
        return counts

    async def _end_replies(self, rows: list[int], person_id: str) -> None:
        """Have what is being answered to them ended by whichever process does it, so that it shows nothing more."""
        for reply_id in await self._database.run(erasure.unsettled, rows, person_id):
            if not self._stop(reply_id):
                await self._database.run(ledger.ask_to_stop, reply_id)
        for _ in range(LOOKS):
            if not await self._database.run(erasure.unsettled, rows, person_id):
                return
            await asyncio.sleep(LOOK_S)
