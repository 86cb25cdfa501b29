"""Usage as Slack draws it: docs.slack.dev/reference/block-kit/blocks/data-visualization-block."""

from typing import Any

from core import charts
from core.usage import Report
from storage.usage import Facet

TITLE_LIMIT = 50
LABEL_LIMIT = 20
MOST_POINTS = 20


def blocks(report: Report) -> tuple[dict[str, Any], ...]:
    """A chart of bars; nothing where there is nothing to show."""
    bars = charts.bars(report)
    bars = bars[-MOST_POINTS:] if report.facet is Facet.DAY else bars[:MOST_POINTS]
    if not bars:
        return ()
    scale = 1_000_000 if report.shows_cost else 1
    names = _labels([bar.name for bar in bars])
    points = [{"label": name, "value": bar.size / scale} for name, bar in zip(names, bars, strict=True)]
    unit = charts.unit(report)
    chart = {
        "type": "bar",
        "series": [{"name": unit[:LABEL_LIMIT], "data": points}],
        "axis_config": {"categories": names, "y_label": unit},
    }
    return ({"type": "data_visualization", "title": report.title[:TITLE_LIMIT], "chart": chart},)


def _labels(names: list[str]) -> list[str]:
    """Short ones, each told apart from the others."""
    made: list[str] = []
    for name in names:
        short = _cut(name or "-", LABEL_LIMIT)
        if short in made:
            number = f" ({len(made) + 1})"
            short = f"{_cut(short, LABEL_LIMIT - len(number))}{number}"
        made.append(short)
    return made


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
