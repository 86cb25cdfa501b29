"""What was used: people see their own, admins all of their workspace."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core import wording
from core.caps import listing, money
from core.configurations import Configurations
from core.people import Person
from core.rights import Rights
from storage import usage
from storage.caps import Cap, applying
from storage.database import Database
from storage.problems import NotPossible
from storage.spending import SUMS
from storage.usage import Facet
from storage.usage import Usage as Used
from storage.words import Platform

LINES = 15
NOTHING = "Nothing was used."
DIRECT = "direct messages"
NOBODY = "nobody in particular"
MONTH = re.compile(r"\d{4}-\d{2}")
COLUMNS = ("key", "name", "replies", "tokens_in", "tokens_out", "tokens_cached", "tokens_reasoning", "cost_usd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was used from one day to another, by day, person or the like; `whose` is how it is headed."""

    whose: str
    facet: Facet
    since: date
    until: date
    lines: tuple[Used, ...]
    caps: tuple[Cap, ...] = ()

    @property
    def total(self) -> Used:
        return Used(**{name: sum(getattr(line, name) for line in self.lines) for name in SUMS})

    @property
    def title(self) -> str:
        first = f"{self.since.day} {self.since:%B %Y}"
        return f"{self.whose}, {first} to {self.until.day} {self.until:%B %Y}"

    @property
    def shows_cost(self) -> bool:
        """Whether dollars tell more than tokens do."""
        return self.total.cost_microusd > 0


class Usage:
    """Raises NotAllowed, NotPossible for days that are none, and PlatformTrouble when the platform does not say."""

    def __init__(self, database: Database, configurations: Configurations, general: tuple[Cap, ...] = ()) -> None:
        self._database = database
        self._configurations = configurations
        self._general = general
        self.rights = Rights(configurations)

    async def own(self, person: Person, facet: Facet = Facet.DAY, since: str = "", until: str = "") -> Report:
        """What this person has used; this month, where nothing else is said."""
        return await self._report(person, facet, since, until, person.id)

    async def whole(self, by: Person, facet: Facet = Facet.DAY, since: str = "", until: str = "") -> Report:
        """What everybody in the workspace has used. For admins."""
        await self.rights.must_administer(by)
        return await self._report(by, facet, since, until, None)

    async def _report(self, by: Person, facet: Facet, since: str, until: str, person_id: str | None) -> Report:
        configuration = await self._configurations.now(by.workspace)
        today = datetime.now(UTC).astimezone(ZoneInfo(configuration.timezone)).date()
        first = day(since) if since else day(until).replace(day=1) if until else today.replace(day=1)
        last = day(until, last=True) if until else max(today, first)
        row = configuration.workspace_row
        found = await self._database.run(usage.of, row, facet, first.isoformat(), last.isoformat(), person_id)
        caps = (*self._general, *configuration.caps)
        return Report(
            whose="Everybody" if person_id is None else "You",
            facet=facet,
            since=first,
            until=last,
            lines=tuple(_gathered(found, facet, by.platform)),
            caps=caps if person_id is None else applying(caps, "", person_id),
        )


def day(said: str, *, last: bool = False) -> date:
    """A day as `2026-11-22`, or the first (or last) of a month, as `2026-11`. Raises NotPossible."""
    text = wording.clean(said).strip()
    try:
        if not MONTH.fullmatch(text):
            return date.fromisoformat(text)
        first = date.fromisoformat(f"{text}-01")
        return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1) if last else first
    except (ValueError, OverflowError):
        raise NotPossible(f"{said!r} is no day: write one such as 2026-11-22.", "day") from None


def _gathered(found: Sequence[Used], facet: Facet, platform: Platform) -> list[Used]:
    """Direct messages are one line: with whom somebody talks is nobody's business."""
    direct = [line for line in found if _is_direct(line, facet, platform)]
    others = [replace(line, name=_name(line, facet)) for line in found if line not in direct]
    if not direct:
        return others
    sums = {name: sum(getattr(line, name) for line in direct) for name in SUMS}
    return [*others, Used(key="", name=DIRECT, **sums)]


def _is_direct(line: Used, facet: Facet, platform: Platform) -> bool:
    return facet is Facet.CHANNEL and platform is Platform.SLACK and line.key.startswith("D")


def _name(line: Used, facet: Facet) -> str:
    match facet:
        case Facet.CHANNEL:
            return f"#{line.name}" if line.name else line.key
        case Facet.PERSON:
            return line.name or line.key or NOBODY
        case Facet.PERSONA:
            return line.key or "no persona"
        case _:
            return line.key


def sentence(used: Used) -> str:
    """Such as `12 answers, 3,400 tokens read (1,200 of them cached) and 560 written, $0.0123`."""
    answers = f"{used.replies:,} answer{'' if used.replies == 1 else 's'}"
    cached = f" ({used.tokens_cached:,} of them cached)" if used.tokens_cached else ""
    parts = [answers, f"{used.tokens_in:,} tokens read{cached} and {used.tokens_out:,} written"]
    if used.cost_microusd or used.unpriced < used.replies:
        parts.append(money(used.cost_microusd))
    return ", ".join(parts)


def told(report: Report) -> str:
    """The report for people: the sum, then a line for each, the dearest ones at least, and the caps."""
    if not report.lines:
        return f"{report.title}: {NOTHING[0].lower()}{NOTHING[1:]}"
    shown = report.lines[-LINES:] if report.facet is Facet.DAY else report.lines[:LINES]
    lines = [f"{report.title}: {sentence(report.total)}.", *(f"• {line.name}: {sentence(line)}" for line in shown)]
    if len(report.lines) > LINES:
        lines.append(f"and {len(report.lines) - LINES} more")
    if unpriced := report.total.unpriced:
        lines.append(f"Of {unpriced:,} of the answers the cost is not known.")
    if report.caps:
        lines += ["Caps:", listing(report.caps)]
    return "\n".join(lines)


def as_rows(report: Report) -> list[dict[str, object]]:
    """The lines for programs; costs in dollars."""
    listed = [asdict(line) | {"cost_usd": line.cost_microusd / 1_000_000} for line in report.lines]
    return [{column: row[column] for column in COLUMNS} for row in listed]


def as_csv(report: Report) -> str:
    """A table with a head, as spreadsheets read it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(as_rows(report))
    return text.getvalue()
