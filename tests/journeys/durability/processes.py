"""Parley's processes as whoever runs it starts and kills them, and what people then see."""

import asyncio
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Select
from sqlmodel import Session

from storage.database import engine_for
from tests.bots.command_line import CommandLine, Started, finished, ready_line


class Processes:
    """Every process that a test starts; whatever still runs at the end is killed."""

    def __init__(self, command_line: CommandLine, url: str) -> None:
        self.url = url
        self._command_line = command_line
        self._started: list[Started] = []
        self._greetings: dict[Started, str] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        for process in self._started:
            process.kill()
            _, log = await process.communicate()
            if error is not None:
                print(f"--- {process.pid}\n{log.decode()[-6_000:]}")  # noqa: T201

    async def start(self, *arguments: str, **settings: str) -> Started:
        """Start one, and wait until it says that it is ready."""
        process = await self._command_line.start(*arguments, DATABASE_URL=self.url, **settings)
        self._started.append(process)
        self._greetings[process] = await ready_line(process)
        return process

    def greeting(self, process: Started) -> str:
        """The line by which a process said that it is ready."""
        return self._greetings[process]

    async def run(self, platform: str, **settings: str) -> Started:
        return await self.start("run", platform, **settings)

    async def listen(self, platform: str, **settings: str) -> Started:
        return await self.start("run", platform, "--listen-only", **settings)

    async def work(self, **settings: str) -> Started:
        return await self.start("worker", **settings)

    async def listen_and_work(self, platform: str, **settings: str) -> Started:
        """Start a listener and a worker; the worker."""
        _, worker = await asyncio.gather(self.listen(platform), self.work(**settings))
        return worker

    async def stored(self, statement: Select[Any]) -> list[Any]:
        """The first column of what the database has."""
        return await asyncio.to_thread(self._stored, statement)

    def _stored(self, statement: Select[Any]) -> list[Any]:
        engine = engine_for(self.url)
        with Session(engine) as session:
            found = list(session.execute(statement).scalars())
        engine.dispose()
        return found

    async def kill(self, process: Started) -> None:
        """As the operating system does when memory runs out."""
        process.kill()
        await process.wait()

    async def end(self, process: Started) -> int:
        """As a deploy does; the exit code."""
        process.terminate()
        return (await finished(process)).code
