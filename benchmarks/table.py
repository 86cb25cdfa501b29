"""The figures as a table for reading."""

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.figures import Figure
from benchmarks.load import Load
from benchmarks.subjects import Subject

NAME, COLUMN = 28, 12


def title(wanted: Load) -> str:
    """What the load was, in a line."""
    at_once = "1 reply at a time" if wanted.replies == 1 else f"{wanted.replies} replies at once"
    channels = "1 channel" if wanted.channels == 1 else f"{wanted.channels} channels"
    return f"{wanted.platform.value}: {at_once}, in {channels}, limits {'on' if wanted.limits else 'off'}"


def lines(wanted: Load, rows: Mapping[Subject, Sequence[Figure]]) -> Iterator[str]:
    """One line for each figure, with what Parley needs of it for one of the floor's."""
    yield f"{title(wanted):<{NAME}}"
    yield f"{'':<{NAME}}{_columns([subject.value for subject in rows])}{'ratio':>{COLUMN}}"
    for figures in zip(*rows.values(), strict=True):
        row = dict(zip(rows, figures, strict=True))
        compared = _ratio(row[Subject.FLOOR], row[Subject.PARLEY])
        yield f"{figures[0].name:<{NAME}}{_columns([written(each) for each in figures])}{compared:>{COLUMN}}".rstrip()


def written(figure: Figure) -> str:
    """The value with as many digits as mean something."""
    if figure.value is None:
        return "-"
    if not figure.comparable:
        return f"{figure.value:.0f}"
    return f"{figure.value:.2f}" if abs(figure.value) < 10 else f"{figure.value:.0f}"


def ratio(floor: Figure, parley: Figure) -> float | None:
    """Parley's value for one of the floor's; None where that says nothing."""
    if not floor.comparable or floor.value is None or parley.value is None or floor.value <= 0:
        return None
    return parley.value / floor.value


def _columns(texts: Sequence[str]) -> str:
    return "".join(f"{text:>{COLUMN}}" for text in texts)


def _ratio(floor: Figure, parley: Figure) -> str:
    value = ratio(floor, parley)
    return "" if value is None else f"{value:.2f}x"
