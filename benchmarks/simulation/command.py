"""`python -m benchmarks simulate`: a table and a plot of how late texts are, beside what the limits allow at best."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import results, scale
from benchmarks.figures import percentile
from benchmarks.simulation import live, plot, traffic
from benchmarks.simulation.limits import DISCORD, SLACK
from benchmarks.simulation.live import Run

LOADS = (1, 10, 100, 1_000, 10_000)
WORKSPACES = 10_000
# As many as let the busiest workspace stay just within what Slack lets an app post.
ASKED_PER_S = 25.0
MINUTES = 10
COLUMNS = {
    "": 44,
    "replies": 8,
    "first p50": 11,
    "p99": 9,
    "bound": 9,
    "final p50": 11,
    "p99 ": 9,
    "bound ": 9,
    "ratio": 7,
    "edits": 7,
    "429s": 6,
    "wrong": 6,
}


def main(arguments: list[str]) -> int:
    """Exits with 0; everything that was simulated is in the files that it names."""
    given = _parser().parse_args(arguments)
    print(_line(list(COLUMNS)))
    runs = []
    for run in _runs(given.most):
        runs.append(run)
        print(_line(row(run)), flush=True)
    kept = results.keep("simulation", {"columns": list(COLUMNS), "runs": [row(run) for run in runs]})
    plot.draw(runs, given.plot)
    print(f"\nKept in {kept} and {given.plot}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks simulate", description=__doc__)
    parser.add_argument("--most", type=int, default=LOADS[-1], help="the most live replies at once")
    parser.add_argument("--plot", type=Path, default=results.FOLDER / "simulation.png", help="where the plot goes")
    return parser


def _runs(most: int) -> Iterator[Run]:
    loads = scale.counts(tuple(load for load in LOADS if load <= most))
    for replies in loads:
        yield live.simulated("Slack, one workspace", traffic.one_workspace(replies), SLACK)
    for replies in loads:
        yield live.simulated("Discord, one server", traffic.one_workspace(replies), DISCORD)
    if most >= LOADS[-1]:
        workspaces, seconds = scale.count(WORKSPACES), 60.0 * MINUTES
        many = traffic.many_workspaces(workspaces, scale.count(int(ASKED_PER_S * seconds)), seconds)
        yield live.simulated(f"Slack, {workspaces:,} workspaces for {MINUTES} min", many, SLACK)


def row(run: Run) -> tuple[str, ...]:
    """The run as the cells of a table: seconds from the question, p99 where nothing else is said."""
    return (
        run.title,
        f"{run.replies}",
        _s(run.first_s, 0.5),
        _s(run.first_s),
        _s(run.first_bound_s),
        _s(run.final_s, 0.5),
        _s(run.final_s),
        _s(run.final_bound_s),
        _ratio(run.final_s, run.final_bound_s),
        f"{run.edits}",
        f"{run.refused}",
        f"{run.wrong}",
    )


def _ratio(values: Sequence[float], bounds: Sequence[float]) -> str:
    value, bound = percentile(values, 0.99), percentile(bounds, 0.99)
    return f"{value / bound:.2f}x" if value and bound else ""


def _s(values: Sequence[float], share: float = 0.99) -> str:
    return f"{percentile(values, share) or 0.0:.2f}"


def _line(cells: Sequence[str]) -> str:
    first, *others = (f"{cell.strip():>{width}}" for cell, width in zip(cells, COLUMNS.values(), strict=True))
    return "".join([f"{first.strip():<{COLUMNS['']}}", *others]).rstrip()
