"""Measures Parley beside a bare script: `python -m benchmarks [--quick]`."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import aiohttp
import psutil

from benchmarks import figures, machine, processes, results, run, table
from benchmarks.figures import Sample
from benchmarks.load import Load
from benchmarks.results import Case
from benchmarks.subjects import Launch, Subject
from storage.words import Platform

SINGLE_ROUNDS = 4
REPEATS = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """Every load, and how often each subject is run under it."""

    loads: tuple[Load, ...]
    repeats: int


def plan_of(arguments: list[str]) -> Plan:
    """What the command line asks for."""
    given = _parser().parse_args(arguments)
    loads = tuple(_load(platform, replies, given) for platform in given.platforms for replies in given.replies)
    return Plan(loads, given.repeats or (1 if given.quick else REPEATS))


def _load(platform: Platform, replies: int, given: argparse.Namespace) -> Load:
    """A single reply is measured in several rounds; each question has a channel of its own unless told otherwise."""
    rounds = 1 if replies > 1 else 2 if given.quick else SINGLE_ROUNDS
    asked = replies * rounds
    return Load(platform, replies, min(given.channels or asked, asked), rounds, given.limits == "on")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Parley beside a bare script.")
    parser.add_argument("--quick", action="store_true", help="one run of each, to see that everything works")
    parser.add_argument("--platforms", type=_platforms, default=tuple(Platform), help="slack,discord")
    parser.add_argument("--replies", type=_numbers, default=(1, 50), help="how many at once, such as 1,20,100,300")
    parser.add_argument("--channels", type=int, default=0, help="at most so many channels (one for each reply)")
    parser.add_argument("--limits", choices=("on", "off"), default="off", help="the platforms' rate limits (off)")
    parser.add_argument("--repeats", type=int, default=0, help=f"runs of each subject for each load ({REPEATS})")
    return parser


def _platforms(text: str) -> tuple[Platform, ...]:
    return tuple(Platform(name) for name in text.split(","))


def _numbers(text: str) -> tuple[int, ...]:
    numbers = tuple(int(number) for number in text.split(","))
    if min(numbers) < 1:
        raise ValueError("at least one reply")
    return numbers


async def measure(plan: Plan, command: str) -> None:
    """Run everything, print each table as soon as it is there, and keep the results."""
    host = machine.this_machine()
    print(host.sentence, end="\n\n", flush=True)
    cases = []
    await _warm_up(plan)
    for wanted in plan.loads:
        case = await _case(wanted, plan.repeats)
        cases.append(case)
        print("\n".join(table.lines(wanted, case.figures)), end="\n\n", flush=True)
    print(f"Kept in {results.save(host, command, cases).relative_to(processes.ROOT)}")


async def _warm_up(plan: Plan) -> None:
    """Start every subject once, unmeasured: the first start ever compiles each module."""
    for platform in dict.fromkeys(wanted.platform for wanted in plan.loads):
        for subject in Subject:
            await run.started(Launch(subject, platform), Load(platform, 1, 1))


async def _case(wanted: Load, repeats: int) -> Case:
    """The subjects take turns, each time the other one first."""
    samples: dict[Subject, list[Sample]] = {subject: [] for subject in Subject}
    for subject in _turns(repeats):
        sample = await run.measured(Launch(subject, wanted.platform), wanted)
        samples[subject].append(sample)
    return Case(wanted, samples, {subject: figures.figures(taken) for subject, taken in samples.items()})


def _turns(repeats: int) -> Iterator[Subject]:
    for number in range(repeats):
        order = list(Subject)
        yield from order if number % 2 == 0 else reversed(order)


async def _until_told(plan: Plan, command: str) -> None:
    """A signal ends the run, and with it every process that it started."""
    measuring = asyncio.create_task(measure(plan, command))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, measuring.cancel)
    await measuring


def main() -> int:
    """Exits with 0 when everything was measured, 1 when a process did not start or ended early, 130 when called off."""
    plan = plan_of(sys.argv[1:])
    command = " ".join(["python -m benchmarks", *sys.argv[1:]])
    try:
        asyncio.run(_until_told(plan, command))
    except processes.DidNotStart as error:
        print(f"A process did not start. The end of its log:\n{error}", file=sys.stderr)
        return 1
    except (psutil.Error, aiohttp.ClientError) as error:
        print(f"A process ended in the middle of a run: {error}", file=sys.stderr)
        return 1
    except asyncio.CancelledError:
        print("Called off.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
