"""Caps on what may be spent, as people say and set them: `person day $1`, `workspace month 2000000 tokens`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from core import wording
from core.bundle import CapTable
from core.configurations import Configurations
from core.people import Person
from core.record import MICRO
from core.rights import Rights
from storage import caps
from storage.caps import Cap
from storage.database import Database
from storage.problems import NotPossible
from storage.words import Period, Reach, Unit

SAID = re.compile(r"(workspace|server|channel|person)\s+(.*?)\s*\b(?:per |a |an )?(day|month)\s+(.+)", re.IGNORECASE)
AMOUNT = re.compile(r"(\$)?\s*([\d.,_]+)\s*([km])?\s*(\$|usd|dollars?|tokens?)?", re.IGNORECASE)
TIMES = {"": 1, "k": 1_000, "m": 1_000_000}
MOST = 2**62
HOW = "Write an amount such as $5 or 20000 tokens."
EXAMPLE = "Write a cap such as “person day $1” or “workspace month 2000000 tokens”."
NONE = "No caps are set: there is no limit to what may be spent."


@dataclass(frozen=True, slots=True)
class Amount:
    """So many tokens, or millionths of a dollar."""

    unit: Unit
    count: int

    def __str__(self) -> str:
        if self.unit is Unit.TOKENS:
            return f"{self.count:,} tokens"
        whole, rest = divmod(self.count, MICRO)
        return f"${whole:,}.{f'{rest:06}'.rstrip('0').ljust(2, '0')}"


def money(microusd: int) -> str:
    """Dollars, to the cent, and less than ten cents to four digits."""
    usd = Decimal(microusd) / MICRO
    return f"${usd:,.2f}" if not usd or usd >= Decimal("0.1") else f"${usd:.4f}"


def amount(said: str) -> Amount:
    """An amount as people write it. Raises NotPossible."""
    found = AMOUNT.fullmatch(wording.clean(said).strip())
    if found is None:
        raise NotPossible(HOW, "amount")
    sign, digits, times, word = (part or "" for part in found.groups())
    unit = Unit.TOKENS if word.lower().startswith("token") else Unit.USD
    if not sign + word or (sign and unit is Unit.TOKENS):
        raise NotPossible(HOW, "amount")
    try:
        number = Decimal(digits.replace(",", "").replace("_", "")) * TIMES[times.lower()]
    except InvalidOperation:
        raise NotPossible(HOW, "amount") from None
    count = int(number * (1 if unit is Unit.TOKENS else MICRO))
    if count > MOST:
        raise NotPossible("That is more than can be counted.", "amount")
    return Amount(unit, count)


def parsed(said: str) -> Cap:
    """A whole cap as people write it; what stands between reach and period is its subject. Raises NotPossible."""
    found = SAID.fullmatch(" ".join(wording.clean(said).split()))
    if found is None:
        raise NotPossible(EXAMPLE, "cap")
    reach, subject, period, much = found.groups()
    given = amount(much)
    return checked(
        Cap(
            reach=Reach.WORKSPACE if reach.lower() == "server" else Reach(reach.lower()),
            subject=subject,
            period=Period(period.lower()),
            unit=given.unit,
            amount=given.count,
        )
    )


def checked(cap: Cap) -> Cap:
    """Raises NotPossible for a cap that cannot be."""
    if cap.reach is Reach.WORKSPACE and cap.subject:
        raise NotPossible("A cap of the whole workspace names no channel and no person.", "cap")
    if not 0 <= cap.amount <= MOST:
        raise NotPossible(HOW, "amount")
    return cap


def unfit(sentence: str) -> NotPossible:
    """The error of a cap that cannot be."""
    return NotPossible(sentence, "cap")


def general(said: str) -> tuple[Cap, ...]:
    """The operator's caps for every workspace, with semicolons between them. Raises ValueError."""
    try:
        found = [parsed(one) for one in said.split(";") if one.strip()]
    except NotPossible as error:
        raise ValueError(str(error)) from None
    if named := [one for one in found if one.subject]:
        raise ValueError(
            f"a cap for every workspace names no channel and no person, and this one does: {shown(named[0])}"
        )
    return tuple(found)


def shown(cap: Cap) -> str:
    """A cap in words, such as `each person: $1.00 per day`."""
    whose = f"{cap.reach} {cap.name or cap.subject}" if cap.subject else f"each {cap.reach}"
    if cap.reach is Reach.WORKSPACE:
        whose = "workspace"
    return f"{whose}: {Amount(cap.unit, cap.amount)} per {cap.period}"


def table_of(cap: Cap) -> CapTable:
    """A cap as a configuration file says it."""
    return CapTable(
        reach=cap.reach.value,
        id=cap.subject,
        name=cap.name,
        period=cap.period.value,
        amount=str(Amount(cap.unit, cap.amount)),
    )


def cap_of(table: CapTable) -> Cap:
    """Raises NotPossible when its amount is none."""
    given = amount(table.amount)
    return Cap(
        reach=Reach(table.reach),
        subject=table.id.strip(),
        name=table.name.strip(),
        period=Period(table.period),
        unit=given.unit,
        amount=given.count,
    )


def listing(found: Iterable[Cap]) -> str:
    """Every cap on a line of its own."""
    return "\n".join(f"• {shown(cap)}" for cap in found) or NONE


class Caps:
    """Raises NotAllowed for who is no admin, and PlatformTrouble when the platform does not say."""

    def __init__(self, database: Database, configurations: Configurations, general: tuple[Cap, ...] = ()) -> None:
        self._database = database
        self._configurations = configurations
        self.rights = Rights(configurations)
        self.general = general

    async def listed(self, by: Person) -> tuple[Cap, ...]:
        """The caps of the person's workspace, without those that the operator has set for all."""
        await self.rights.must_administer(by)
        return (await self._configurations.now(by.workspace)).caps

    async def put(self, by: Person, cap: Cap) -> str:
        """Set a cap, in place of what holds for the same."""
        await self.rights.must_administer(by)
        cap = checked(replace(cap, name=" ".join(wording.clean(cap.name).split())))
        row = (await self._configurations.now(by.workspace)).workspace_row
        changed = await self._database.run(caps.put, row, by.actor, cap)
        return f"{'From now on' if changed else 'It is so already'}: {shown(cap)}."

    async def remove(self, by: Person, cap: Cap) -> str:
        """Take a cap back; its amount does not matter."""
        await self.rights.must_administer(by)
        row = (await self._configurations.now(by.workspace)).workspace_row
        known = (await self._configurations.now(by.workspace)).caps
        meant = next((one for one in known if one.key == cap.key), None)
        if meant is None or not await self._database.run(caps.remove, row, by.actor, cap):
            raise NotPossible("There is no such cap.", "cap")
        return f"Taken back: {shown(meant)}."
