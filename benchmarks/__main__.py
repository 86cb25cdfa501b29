"""Measures Parley beside a bare script: `python -m benchmarks [--quick]`."""

import asyncio
import signal
import sys
from collections.abc import Iterator

import aiohttp
import psutil

from benchmarks import figures, history, machine, plot, processes, results, run, scale, table
from benchmarks.figures import Sample
from benchmarks.load import Load
from benchmarks.plan import Plan, plan_of
from benchmarks.results import Case
from benchmarks.simulation import command as simulation
from benchmarks.subjects import Launch, Subject
from bots.commands import loops

OTHERS = {"simulate": simulation.main, "history": history.main}


async def measure(plan: Plan, command: str) -> None:
    """Run everything, print each table as soon as it is there, and keep the results."""
    host = machine.this_machine()
    print(host.sentence, end="\n\n", flush=True)
    cases = []
    if not scale.is_short():
        await _warm_up(plan)
    for wanted in plan.loads:
        case = await _case(wanted, plan)
        cases.append(case)
        print("\n".join(table.lines(wanted, case.figures)), end="\n\n", flush=True)
    kept = results.save(host, command, cases).relative_to(processes.ROOT)
    plot.draw(cases, plan.plot)
    print(f"Kept in {kept} and {plan.plot}")


async def _warm_up(plan: Plan) -> None:
    """Start every subject once, unmeasured: the first start ever compiles each module."""
    for platform in dict.fromkeys(wanted.platform for wanted in plan.loads):
        for subject in plan.subjects:
            await run.started(Launch(subject, platform), Load(platform, 1, 1))


async def _case(wanted: Load, plan: Plan) -> Case:
    """The subjects take turns, each time in the other order."""
    samples: dict[Subject, list[Sample]] = {subject: [] for subject in plan.subjects}
    for subject in _turns(plan):
        sample = await run.measured(Launch(subject, wanted.platform), wanted)
        samples[subject].append(sample)
    return Case(wanted, samples, {subject: figures.figures(taken) for subject, taken in samples.items()})


def _turns(plan: Plan) -> Iterator[Subject]:
    for number in range(plan.repeats):
        yield from plan.subjects if number % 2 == 0 else reversed(plan.subjects)


async def _until_told(plan: Plan, command: str) -> None:
    """A signal ends the run, and with it every process that it started."""
    measuring = asyncio.create_task(measure(plan, command))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, measuring.cancel)
    await measuring


def main() -> int:
    """Exits with 0 when everything was measured, 1 when a process did not start or ended early, 130 when called off."""
    if sys.argv[1:2] and sys.argv[1] in OTHERS:
        return OTHERS[sys.argv[1]](sys.argv[2:])
    plan = plan_of(sys.argv[1:])
    command = " ".join(["python -m benchmarks", *sys.argv[1:]])
    try:
        loops.run(_until_told(plan, command))
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
