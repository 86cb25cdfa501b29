"""The figures that matter most, drawn for every load, with the subjects side by side."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.results import Case
from benchmarks.subjects import Subject

DRAWN = ("first text, ms added, p99", "final text, ms added, p99", "CPU per reply, ms", "peak memory, MB")
WIDTH = 0.8
COLOURS = {Subject.FLOOR: "#b0b0b0", Subject.LEAST: "#d9a441", Subject.PARLEY: "#2f6fb5"}


def draw(cases: Sequence[Case], path: Path) -> None:
    """One picture with a panel for each figure."""
    picture = Figure(figsize=(12, 6.4), layout="constrained")
    for axes, name in zip(picture.subplots(2, 2).flat, DRAWN, strict=True):
        _panel(axes, name, cases)
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.savefig(path, dpi=110)


def _panel(axes: Axes, name: str, cases: Sequence[Case]) -> None:
    subjects = list(cases[0].figures)
    width = WIDTH / len(subjects)
    for position, subject in enumerate(subjects):
        offset = (position - (len(subjects) - 1) / 2) * width
        values = [next((row.value or 0.0 for row in case.figures[subject] if row.name == name), 0.0) for case in cases]
        places = [number + offset for number in range(len(cases))]
        bars = axes.bar(places, values, width, label=subject.value, color=COLOURS[subject])
        axes.bar_label(bars, fmt="%.0f", fontsize=7)
    labels = [f"{case.load.platform.value}\n{case.load.replies}" for case in cases]
    axes.set_xticks(range(len(cases)), labels, fontsize=8)
    axes.set_title(name, fontsize=10)
    if "ms added" in name:
        axes.set_yscale("log")
    axes.margins(y=0.2)
    axes.legend(fontsize=8, loc="upper left", ncols=len(subjects))
