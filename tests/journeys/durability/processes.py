"""Parley's processes as whoever runs it starts and kills them, and what people then see."""

import signal
from asyncio.subprocess import Process
from types import TracebackType
from typing import Self

from tests.bots.command_line import CommandLine, Result, finished, ready_line


class Processes:
    """Every process that a test starts; whatever still runs at the end is killed."""

    def __init__(self, command_line: CommandLine, url: str) -> None:
        self.url = url
        self._command_line = command_line
        self._started: list[Process] = []
        self._greetings: dict[int, str] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        for process in self._started:
            if process.returncode is None:
                process.kill()
            _, log = await process.communicate()
            if error is not None:
                print(f"--- {process.pid}\n{log.decode()[-6_000:]}")  # noqa: T201

    async def start(self, *arguments: str, **settings: str) -> Process:
        """Start one, and wait until it says that it is ready."""
        process = await self._command_line.start(*arguments, DATABASE_URL=self.url, **settings)
        self._started.append(process)
        self._greetings[process.pid] = await ready_line(process)
        return process

    def greeting(self, process: Process) -> str:
        """The line by which a process said that it is ready."""
        return self._greetings[process.pid]

    async def run(self, platform: str, **settings: str) -> Process:
        return await self.start("run", platform, **settings)

    async def listen(self, platform: str, **settings: str) -> Process:
        return await self.start("run", platform, "--listen-only", **settings)

    async def work(self, **settings: str) -> Process:
        return await self.start("worker", **settings)

    async def kill(self, process: Process) -> None:
        """As the operating system does when memory runs out."""
        process.kill()
        await process.wait()

    async def end(self, process: Process) -> Result:
        """As a deploy does."""
        process.send_signal(signal.SIGTERM)
        return await finished(process)
