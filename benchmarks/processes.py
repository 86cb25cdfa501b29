"""Child processes that are up for as long as a block runs, and what they have cost so far."""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
# Bytecode is kept beside the results, so that a start-up is measured as on a machine that has started it before.
BYTECODE = ROOT / "benchmarks" / "results" / "bytecode"
START_S = 60.0
STOP_S = 30.0
LOG_TAIL = 20
PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


class DidNotStart(Exception):
    """A process did not say in time that it is up; the message holds the end of its log."""


@dataclass(frozen=True, slots=True)
class Child:
    """A running process; `greeting` is the line by which it said that it is up, `started_s` how long that took."""

    process: asyncio.subprocess.Process
    greeting: str
    started_s: float

    def cpu_s(self) -> float:
        """User and system time since the process began."""
        times = psutil.Process(self.process.pid).cpu_times()
        return times.user + times.system

    def peak_mb(self) -> float | None:
        """The most memory that was resident at any moment; None where the system does not tell (it is Linux's)."""
        status = Path(f"/proc/{self.process.pid}/status")
        found = PEAK.search(status.read_text()) if status.exists() else None
        return int(found[1]) * 1024 / 1e6 if found else None


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The given settings and the least that a process needs: nothing else of the caller's comes through."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONPYCACHEPREFIX": os.environ.get("PYTHONPYCACHEPREFIX", str(BYTECODE)), **settings}


@asynccontextmanager
async def running(
    command: Sequence[str], settings: Mapping[str, str], folder: Path, says: str, log: Path
) -> AsyncIterator[Child]:
    """The process, once it has printed a line with `says`; it is ended when the block is left, however that happens."""
    began = time.monotonic()
    with log.open("wb") as written:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=folder,
            env=environment(settings),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=written,
        )
    try:
        greeting = await _greeting(process, says, log)
        yield Child(process, greeting, time.monotonic() - began)
    finally:
        await asyncio.shield(_end(process))


async def done(command: Sequence[str], settings: Mapping[str, str], folder: Path, log: Path) -> None:
    """Run a process to its end. Raises DidNotStart when it fails."""
    with log.open("wb") as written:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=folder, env=environment(settings), stdout=written, stderr=written
        )
        code = await process.wait()
    if code != 0:
        raise DidNotStart(_tail(log) or f"{command[0]} ended with {code}")


async def _greeting(process: asyncio.subprocess.Process, says: str, log: Path) -> str:
    with suppress(TimeoutError):
        async with asyncio.timeout(START_S):
            while line := await _line(process):
                if says in line:
                    return line
    raise DidNotStart(_tail(log) or "it said nothing")


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-LOG_TAIL:])


async def _line(process: asyncio.subprocess.Process) -> str:
    if process.stdout is None:
        return ""
    return (await process.stdout.readline()).decode(errors="replace").rstrip("\n")


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask the process to end, and make it end when it does not."""
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.communicate(), STOP_S)
    except TimeoutError:
        process.kill()
        await process.communicate()
