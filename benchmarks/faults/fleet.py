"""Parley's processes, which are killed, ended, paused and started again at random moments."""

import asyncio
import resource
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random

from benchmarks.faults.disk import Disk
from benchmarks.processes import environment
from tests.postgres import Server

PARLEY = str(Path(sys.executable).with_name("parley"))
EVERY_S = (1.5, 4.0)
DOWN_S = (0.0, 1.0)
PAUSED_S = 4.0
UP_S = 30.0
FIRST_UP_S = 120.0
FULL_S = 2.0

ALONE = (("run",),)
MANY = (("run", "slack", "--listen-only"), ("run", "discord", "--listen-only"), ("worker",), ("worker",), ("clock",))


class Fleet:
    """`done` counts what was done to the processes, by kind."""

    def __init__(
        self,
        settings: dict[str, str],
        folder: Path,
        random: Random,
        server: Server | None,
        disk: Disk | None = None,
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._random = random
        self._server = server
        self._disk = disk
        self._commands = ALONE if server is None else MANY
        self._running: dict[int, Process] = {}
        self._up: set[int] = set()
        self._over = asyncio.Event()
        self.done: Counter[str] = Counter()

    async def start(self) -> None:
        """Start all, and wait until they are up: before its first start, Parley knows of no place to look in."""
        await asyncio.gather(*(self._start(number) for number in range(len(self._commands))))
        await self._all_up(FIRST_UP_S)

    async def trouble(self) -> None:
        """One thing after another, until all is to be left alone; each when all are up again, however long it takes."""
        while not self._over.is_set():
            await self._all_up()
            await asyncio.sleep(self._random.uniform(*EVERY_S))
            deeds: list[Callable[[], Awaitable[None]]] = [self._kill, self._kill, self._end, self._pause]
            await self._random.choice([*deeds, *self._deeds_to_the_database()])()

    def leave_alone(self) -> None:
        """Do nothing more; what is being done to the database comes to its end, so that it is up then."""
        self._over.set()

    def _deeds_to_the_database(self) -> Iterator[Callable[[], Awaitable[None]]]:
        if self._server is None:
            yield self._fill_the_disk
            return
        yield partial(self._restart, self._server)
        if self._disk is not None:
            yield partial(self._fill, self._disk, self._server)

    async def keep_up(self) -> None:
        """Start again whatever ends by itself, as a supervisor does, until this is cancelled."""
        while True:
            await asyncio.sleep(0.2)
            for number, process in list(self._running.items()):
                if process.returncode is not None:
                    await self._start(number)

    async def close(self) -> None:
        for process in self._running.values():
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _start(self, number: int) -> None:
        command = self._commands[number]
        with (self._folder / f"{number}-{command[0]}.log").open("ab") as log:
            self._running[number] = await asyncio.create_subprocess_exec(
                PARLEY,
                *command,
                cwd=self._folder,
                env=environment(self._settings),
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=log,
            )

    async def _all_up(self, patience_s: float = UP_S) -> None:
        """Returns when every process has said that it is ready, or when it is no use to wait longer."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                for process in list(self._running.values()):
                    if process.pid not in self._up and process.stdout is not None:
                        await process.stdout.readline()
                        self._up.add(process.pid)

    async def _kill(self) -> None:
        await self._signal("killed", signal.SIGKILL)

    async def _end(self) -> None:
        await self._signal("ended", signal.SIGTERM)

    async def _signal(self, name: str, number: int) -> None:
        process = self._any()
        self.done[name] += 1
        with suppress(ProcessLookupError):
            process.send_signal(number)
        await asyncio.sleep(self._random.uniform(*DOWN_S))

    async def _pause(self) -> None:
        """For longer than others wait before they think a process dead."""
        process = self._any()
        self.done["paused"] += 1
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGSTOP)
            try:
                await asyncio.sleep(PAUSED_S)
            finally:
                process.send_signal(signal.SIGCONT)

    async def _restart(self, server: Server) -> None:
        self.done["database restarted"] += 1
        await asyncio.to_thread(server.restart, kill=self._random.random() < 0.5)

    async def _fill(self, disk: Disk, server: Server) -> None:
        """The database's disk is full."""
        self.done["disk full"] += 1
        await asyncio.to_thread(disk.fill, server)
        try:
            await asyncio.sleep(FULL_S)
        finally:
            await asyncio.to_thread(disk.free, server)

    async def _fill_the_disk(self) -> None:
        """No file of the process can grow, as on a disk that is full."""
        process = self._any()
        self.done["disk full"] += 1
        with suppress(ProcessLookupError):
            before = resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
            try:
                await asyncio.sleep(FULL_S)
            finally:
                resource.prlimit(process.pid, resource.RLIMIT_FSIZE, before)

    def _any(self) -> Process:
        return self._running[self._random.choice(sorted(self._running))]
