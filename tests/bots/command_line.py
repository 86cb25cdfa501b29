"""Runs the `parley` command as a person would: a process of its own, in a folder of its own."""

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from core.settings import variables
from tests.bots.forks import Forked, fork

PARLEY = Path(sys.executable).parent / "parley"
PATIENCE_S = 90.0

Started = Process | Forked


@dataclass(frozen=True, slots=True)
class Result:
    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A working directory and an environment with nothing set but what is given here.

    With `anew` each process begins with nothing loaded.
    """

    folder: Path
    settings: dict[str, str]
    anew: bool = False

    def environment(self, **settings: str) -> dict[str, str]:
        outside = {name: value for name, value in os.environ.items() if name not in variables().values()}
        return outside | self.settings | settings

    async def start(self, *arguments: str, **settings: str) -> Started:
        environment = self.environment(**settings)
        if not self.anew:
            return await fork(arguments, self.folder, environment)
        return await asyncio.create_subprocess_exec(
            PARLEY, *arguments, cwd=self.folder, env=environment, stdin=PIPE, stdout=PIPE, stderr=PIPE
        )

    async def run(self, *arguments: str, stdin: bytes = b"", **settings: str) -> Result:
        """Run to the end."""
        return await finished(await self.start(*arguments, **settings), stdin)

    @asynccontextmanager
    async def serving(self, *platforms: str, **settings: str) -> AsyncIterator["Running"]:
        """`parley run` for as long as the block runs, once it is ready."""
        process = await self.start("run", *platforms, **settings)
        try:
            yield Running(process, await ready_line(process))
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()


@dataclass(frozen=True, slots=True)
class Running:
    process: Started
    ready: str

    async def stop(self, number: int = signal.SIGTERM) -> Result:
        self.process.send_signal(number)
        return await finished(self.process)


async def finished(process: Started, stdin: bytes = b"") -> Result:
    async with asyncio.timeout(PATIENCE_S):
        out, err = await process.communicate(stdin)
    return Result(process.returncode or 0, out.decode(), err.decode())


async def ready_line(process: Started) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE_S):
        line = await process.stdout.readline()
    if not line:
        result = await finished(process)
        raise AssertionError(f"parley run ended with {result.code}: {result.err}")
    return line.decode().rstrip("\n")


async def hears(process: Started, number: int) -> None:
    """Returns once a process has a handler for this signal: before, Python itself is still starting."""
    while not caught(process.pid) >> (number - 1) & 1:
        await asyncio.sleep(0.01)


def caught(pid: int) -> int:
    """The signals that a process has handlers for, a bit each."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.findall(r"SigCgt:\s*([0-9a-f]+)", status)[0], 16)
