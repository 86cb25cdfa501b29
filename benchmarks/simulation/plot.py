"""How late texts are, drawn beside the bound."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.figures import percentile
from benchmarks.simulation.live import Run

SHARES = [number / 200 for number in range(1, 200)] + [0.999, 1.0]


def draw(runs: Sequence[Run], path: Path) -> None:
    """Two pictures side by side: p99 against the number of live replies, and how the last run's waits are spread."""
    mpl.use("Agg")
    figure = Figure(figsize=(12, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    for title in dict.fromkeys(run.title for run in runs):
        same = [run for run in runs if run.title == title]
        if len(same) > 1:
            _against_load(left, title, same)
    _spread(right, runs[-1])
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def _against_load(axes: Axes, title: str, runs: Sequence[Run]) -> None:
    loads = [run.replies for run in runs]
    (line,) = axes.plot(
        loads, [percentile(run.final_s, 0.99) or 0.0 for run in runs], "o-", label=f"{title}: final text"
    )
    bounds = [percentile(run.final_bound_s, 0.99) or 0.0 for run in runs]
    axes.plot(loads, bounds, "--", color=line.get_color(), alpha=0.6, label=f"{title}: bound")
    axes.set(xscale="log", yscale="log", xlabel="live replies at once", ylabel="seconds from the question, p99")
    axes.grid(visible=True, alpha=0.3)
    axes.legend(fontsize=8)


def _spread(axes: Axes, run: Run) -> None:
    drawn = {"first text": run.first_s, "final text": run.final_s, "final text, bound": run.final_bound_s}
    for label, values in drawn.items():
        waits = [percentile(values, share) or 0.0 for share in SHARES]
        axes.plot([100 * share for share in SHARES], waits, "--" if "bound" in label else "-", label=label)
    axes.set(title=f"{run.title}, {run.replies:,} replies", xlabel="percentile", ylabel="seconds from the question")
    axes.grid(visible=True, alpha=0.3)
    axes.legend(fontsize=8)
