"""Charts as tables: a page shows each as one, and draws it where scripts run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from bots.admin.rendering import number, seconds
from core.caps import money
from core.overview import Waits
from core.record import MICRO
from core.usage import Report
from storage.usage import Usage as Used


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as it is drawn, and as it is read; nothing is drawn for None."""

    value: float | None
    shown: str


@dataclass(frozen=True, slots=True)
class Row:
    """One day: `at` is its beginning in seconds of UTC, which the drawing counts in."""

    day: date
    cells: tuple[Cell, ...]

    @property
    def at(self) -> int:
        return int(datetime.combine(self.day, time(), UTC).timestamp())

    @property
    def shown(self) -> str:
        return f"{self.day.day} {self.day:%b}"


@dataclass(frozen=True, slots=True)
class Chart:
    """`unit` is what stands before or after a number on the axis."""

    title: str
    kind: Literal["bars", "lines"]
    unit: Literal["", "$", "s"]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def is_empty(self) -> bool:
        return not any(cell.value for row in self.rows for cell in row.cells)


def of_answers(report: Report) -> Chart:
    rows = tuple(Row(day, (Cell(one.replies, number(one.replies)),)) for day, one in _days(report))
    return Chart("Answers each day", "bars", "", ("Answers",), rows)


def of_cost(report: Report) -> Chart:
    """Dollars where they are known, else tokens."""
    if report.shows_cost:
        costs = ((day, one.cost_microusd) for day, one in _days(report))
        rows = tuple(Row(day, (Cell(cost / MICRO, money(cost)),)) for day, cost in costs)
        return Chart("Cost each day", "bars", "$", ("US dollars",), rows)
    tokens = ((day, one.tokens_in + one.tokens_out) for day, one in _days(report))
    return Chart(
        "Tokens each day", "bars", "", ("Tokens",), tuple(Row(day, (Cell(n, number(n)),)) for day, n in tokens)
    )


def of_waits(waits: Waits, days: Sequence[date]) -> Chart:
    known = {one.day: one for one in waits.days}
    names = ("First words, median", "Whole answer, median", "Whole answer, 95 of 100")
    rows = []
    for day in days:
        one = known.get(day)
        spans = (one.first_median_s, one.whole_median_s, one.whole_p95_s) if one else (None, None, None)
        rows.append(Row(day, tuple(Cell(span, seconds(span)) for span in spans)))
    return Chart("How long people wait", "lines", "s", names, tuple(rows))


def days_of(report: Report) -> list[date]:
    """Every day from the first to the last."""
    return [report.since + timedelta(days=n) for n in range((report.until - report.since).days + 1)]


def _days(report: Report) -> Iterator[tuple[date, Used]]:
    """Every day with what was used on it, be it nothing."""
    known = {line.key: line for line in report.lines}
    for day in days_of(report):
        yield day, known.get(day.isoformat(), Used())
