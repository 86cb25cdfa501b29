"""How soon a killed worker's answer is taken up, and how soon Stop stops one: `python -m benchmarks.takeovers`.

A listener, two workers, PostgreSQL, Slack and the model all run on this machine. Every time, a worker that is in the
middle of an answer is killed with SIGKILL, another one takes its place, and the answer that goes on is stopped.
"""

import argparse
import asyncio
import os
import signal
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from benchmarks import machine, processes, worlds
from benchmarks.faults import town as towns
from benchmarks.faults.fleet import PARLEY
from benchmarks.faults.town import Town
from benchmarks.processes import Child
from storage.database import Database
from storage.states import ReplyState
from storage.tables import Reply, Segment
from storage.words import Platform
from tests import postgres

# An answer takes a minute, so that it is under way whenever the worker is killed.
TOKENS, TOKENS_PER_S = 1_200, 20.0
WITHIN_S = 30.0
EVERY_S = 0.01


async def measured(times: int) -> tuple[list[float], list[float]]:
    """Seconds until an answer was taken up, and until one was stopped."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="parley-takeovers-")))
        town = await stack.enter_async_context(towns.built(tokens=TOKENS, tokens_per_s=TOKENS_PER_S))
        url = stack.enter_context(postgres.Databases(stack.enter_context(postgres.running())).migrated())
        settings = town.settings() | {"DATABASE_URL": url, "PARLEY_LOG_LEVEL": "info"}

        async def started(*command: str) -> Child:
            log = folder / f"{time.monotonic_ns()}.log"
            running = processes.running([PARLEY, *command], settings, folder, says="ready", log=log)
            return await stack.enter_async_context(running)

        await started("run", "slack", "--listen-only")
        workers = [await started("worker", "slack")]
        database = await Database.open(url)
        stack.push_async_callback(database.close)
        taken, stopped = [], []
        for number in range(times):
            await town.ask(Platform.SLACK, number)
            reply = await _seen(database, lambda reply: bool(reply.text_so_far))
            workers.append(await started("worker", "slack"))
            os.kill(workers.pop(0).process.pid, signal.SIGKILL)
            taken.append(await _seconds(database, _taken_from(reply)))
            await _press_stop(town, database, reply)
            stopped.append(await _seconds(database, lambda found: found.state == ReplyState.STOPPED))
        return taken, stopped


async def _press_stop(town: Town, database: Database, reply: Reply) -> None:
    shown = select(col(Segment.platform_id)).where(col(Segment.reply_id) == reply.id)
    message_id = await database.run(lambda session: session.execute(shown).scalars().first())
    number = len(town.asked) - 1
    person, channel = worlds.person_id(Platform.SLACK, number), worlds.channel_id(Platform.SLACK, number)
    action: dict[str, Any] = {"user": person, "channel": channel, "ts": message_id, "action_id": "reply_stop"}
    await town.post("slack", "/control/actions", action)


def _taken_from(before: Reply) -> Callable[[Reply], bool]:
    return lambda found: found.epoch > before.epoch


async def _seconds(database: Database, fits: Callable[[Reply], bool]) -> float:
    began = time.monotonic()
    await _seen(database, fits)
    return time.monotonic() - began


async def _seen(database: Database, fits: Callable[[Reply], bool]) -> Reply:
    """The newest reply, once it is like that."""
    newest: SelectOfScalar[Reply] = select(Reply).order_by(col(Reply.id).desc()).limit(1)
    async with asyncio.timeout(WITHIN_S):
        while True:
            reply = await database.run(lambda session: session.exec(newest).first())
            if reply is not None and fits(reply):
                return reply
            await asyncio.sleep(EVERY_S)


async def _measure(times: int) -> None:
    print(machine.this_machine().sentence, flush=True)
    taken, stopped = await measured(times)
    for what, seconds in (("taken up by another worker", taken), ("stopped", stopped)):
        print(f"{what} after {statistics.median(seconds):.2f} s (p50 of {times}), {max(seconds):.2f} s at most")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.takeovers", description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    asyncio.run(_measure(parser.parse_args().times))
    return 0


if __name__ == "__main__":
    sys.exit(main())
