"""Soaks one process: `python -m benchmarks.soak --minutes 30 --conversations 1000 --at-once 300`.

People hold conversations on both platforms, with a real `parley run` and the strict local servers over real sockets,
at a pace that stays the same; every minute a platform's socket is cut. Exits with 1 when a goal is missed.
"""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import msgspec

from benchmarks import machine, processes, results, scale
from benchmarks.faults import town as towns
from benchmarks.faults.town import Town
from benchmarks.figures import percentile
from benchmarks.processes import ROOT
from benchmarks.soak import figures
from benchmarks.soak.crowd import Crowd
from benchmarks.soak.figures import Goal, Reading, Soak
from benchmarks.soak.probe import Probe
from benchmarks.subjects import PARLEY
from tests import postgres
from tests.ports import free_port

CHANNELS = 40
# So many for each conversation that is held at a moment that nobody asks more often than one person may.
PEOPLE_EACH = 10
# What is asked in a moment before anything is measured, and again at the end.
WARM_UP = 20
# Longer than connections to models are kept that nobody needs (`core.wire.KEEP_S`).
REST_S = 65.0
CUT_EVERY_S = 60.0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long people ask (30)")
    parser.add_argument("--conversations", type=int, default=1_000, help="how many they hold in that time (1000)")
    parser.add_argument("--at-once", type=int, default=300, help="how many wait for an answer at any moment (300)")
    parser.add_argument(
        "--tokens", type=int, default=200, help="the tokens of each answer, which fills one message (200)"
    )
    parser.add_argument("--speed", type=float, default=4.0, help="how many of them come in a second (4)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--cut-every", type=float, default=CUT_EVERY_S, help="seconds from one cut socket to the next")
    parser.add_argument("--rest", type=float, default=REST_S, help="seconds of rest before and after the load (65)")
    parser.add_argument("--nice", type=int, default=0, help="the priority: less, and what others do counts less (0)")
    parser.add_argument("--seed", type=int, default=1, help="what chance is made of (1)")
    parser.add_argument("--keep", type=Path, default=None, help="a folder to keep the process's log and database in")
    return parser


def shortened(given: argparse.Namespace) -> argparse.Namespace:
    """The same, with its counts and its times scaled."""
    counts = {name: scale.count(getattr(given, name)) for name in ("conversations", "at_once", "tokens")}
    times = {name: scale.factor() * getattr(given, name) for name in ("minutes", "rest")}
    return argparse.Namespace(**{**vars(given), **counts, **times})


def turns_for(given: argparse.Namespace) -> int:
    """How often people ask in each conversation, so that so many conversations fit into the time."""
    answers = given.at_once * given.minutes * 60.0 * given.speed / given.tokens
    return max(1, int(0.9 * answers / given.conversations))


@asynccontextmanager
async def _prepared(given: argparse.Namespace, folder: Path) -> AsyncIterator[tuple[Crowd, Probe]]:
    async with AsyncExitStack() as stack:
        people = max(given.conversations, PEOPLE_EACH * given.at_once)
        town = await stack.enter_async_context(towns.built(CHANNELS, people, given.tokens, given.speed))
        url, port = f"sqlite:///{folder}/parley.db", free_port()
        if given.database == "postgresql":
            url = stack.enter_context(postgres.Databases(stack.enter_context(postgres.running())).empty())
        settings = town.settings() | {"DATABASE_URL": url, "PORT": str(port)}
        settings = {name: value for name, value in settings.items() if not name.endswith("_PER_MINUTE")}
        running = processes.running([PARLEY, "run"], settings, folder, says="ready", log=folder / "parley.log")
        child = await stack.enter_async_context(running)
        crowd = Crowd(town, given.tokens, given.speed, turns_for(given), Random(given.seed))
        yield crowd, Probe(child.process.pid, port, town.http, lambda: town.model.answering)


def prefer(nice: int) -> None:
    """Give this process and those that it starts another priority: in its session, and to its session (sched(7))."""
    os.setpriority(os.PRIO_PROCESS, 0, nice)
    of_session = Path("/proc/self/autogroup")
    if of_session.exists():
        of_session.write_text(str(nice))


async def soaked(given: argparse.Namespace, folder: Path) -> Soak:
    """The load, with the process at rest before and after it."""
    async with _prepared(given, folder) as (crowd, probe):
        before = await _rested(crowd, probe, given.rest)
        lag = await probe.lag()
        readings: list[Reading] = []
        beside = [
            asyncio.create_task(probe.follow(readings)),
            asyncio.create_task(_cut_sockets(crowd.town, given.cut_every)),
            asyncio.create_task(_tell(readings)),
        ]
        try:
            await crowd.talk(given.at_once, given.minutes * 60.0)
            lag = (await probe.lag()).since(lag)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
        readings = [reading for reading in readings if reading.at_s <= given.minutes * 60.0]
        return Soak(readings, before, await _rested(crowd, probe, given.rest), lag, crowd.answers)


async def _rested(crowd: Crowd, probe: Probe, rest_s: float) -> Reading:
    """The process after a few questions and a pause: the same way before and after the load."""
    await asyncio.sleep(rest_s)
    answers = await crowd.ask_once(scale.count(WARM_UP))
    if not answers and not crowd.asked:
        raise processes.DidNotStart("It does not answer every question.")
    await asyncio.sleep(rest_s)
    return await probe.reading()


async def _cut_sockets(town: Town, every_s: float) -> None:
    """One platform's connection after the other breaks, as they do in life."""
    while True:
        await asyncio.sleep(every_s)
        await town.post("slack", "/control/sockets/disconnect", {"reason": "drop"})
        await asyncio.sleep(every_s)
        await town.post("discord", "/control/gateway", {"action": "drop"})


async def _tell(readings: Sequence[Reading]) -> None:
    """A line each minute, so that whoever waits sees how it stands."""
    while True:
        await asyncio.sleep(60.0)
        last = readings[-1]
        print(
            f"{last.at_s / 60:5.1f} min: {last.rss_mb:.1f} MB, {last.tasks} tasks, {last.files} files, "
            f"{last.answering} answers on their way",
            flush=True,
        )


def table(soak: Soak, goals: Sequence[Goal]) -> str:
    """The quarters, and the verdict below them."""
    names = ("rss_mb", "tasks", "threads", "files", "sockets", "answering")
    lines = [f"{'mean of each quarter':<24}" + "".join(f"{name:>11}" for name in names)]
    for number, quarter in enumerate(figures.quarters(soak.readings), 1):
        means = [figures.mean_of(quarter, name) for name in names]
        lines.append(
            f"{number:<24}" + "".join(f"{value:>11.1f}" if value is not None else f"{'-':>11}" for value in means)
        )
    busy, starved = figures.rates(soak.readings)
    beyond = [percentile(soak.answers.beyond_s, share) or 0.0 for share in (0.5, 0.99)]
    lines += [
        "",
        f"{busy:.0%} of a processor used; ready for one and without it {starved:.1%} of the time",
        f"answers whole {beyond[0]:.1f} s (p50), {beyond[1]:.1f} s (p99) after the model could have ended them",
        "",
    ]
    words = {True: "met", False: "MISSED", None: "not measured"}
    lines += [f"{goal.name:<46}{goal.wanted:<18}{goal.found:<44}{words[goal.met]}" for goal in goals]
    return "\n".join(lines)


async def _measure(given: argparse.Namespace, folder: Path) -> bool:
    host = machine.this_machine()
    print(f"{host.sentence}\n", flush=True)
    measuring = asyncio.create_task(soaked(given, folder))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, measuring.cancel)
    soak = await measuring
    if scale.is_short():
        print(f"Too short for figures. Answered whole: {soak.answers.whole:,} of {soak.answers.asked:,}")
        return soak.answers.whole == soak.answers.asked
    goals = figures.goals(soak, given.conversations)
    print(table(soak, goals), flush=True)
    command = " ".join(["python -m benchmarks.soak", *sys.argv[1:]])
    found = {"command": command, "machine": host, "goals": goals, "soak": msgspec.to_builtins(soak, str_keys=True)}
    print(f"\nKept in {results.keep('soak', found).relative_to(ROOT)}")
    return all(goal.met for goal in goals)


def main() -> int:
    given = shortened(_parser().parse_args())
    if given.nice:
        prefer(given.nice)
    with TemporaryDirectory(prefix="parley-soak-", ignore_cleanup_errors=True) as name:
        try:
            return 0 if asyncio.run(_measure(given, given.keep or Path(name))) else 1
        except processes.DidNotStart as error:
            print(f"Parley does not work. The end of its log:\n{error}", file=sys.stderr)
            return 1
        except asyncio.CancelledError:
            print("Called off.", file=sys.stderr)
            return 130


if __name__ == "__main__":
    sys.exit(main())
