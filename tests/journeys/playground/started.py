"""Starts `parley playground` as a person would, and looks at what it leaves behind."""

import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.bots.command_line import CommandLine, Result, Started, finished, ready_line
from tests.journeys.control import Control, Model


@dataclass(frozen=True, slots=True)
class Playground:
    """A playground that said that it is ready."""

    process: Started
    ready: str
    connections: aiohttp.ClientSession

    @property
    def url(self) -> str:
        found = re.search(r"http://127\.0\.0\.1:\d+", self.ready)
        assert found, self.ready
        return found[0]

    @property
    def slack(self) -> Control:
        return Control(self.connections, f"{self.url}/slack")

    @property
    def discord(self) -> Control:
        return Control(self.connections, f"{self.url}/discord")

    @property
    def model(self) -> Model:
        return Model(self.connections, f"{self.url}/model")

    async def answer_at_once(self) -> None:
        """Let the built-in model write as fast as it can."""
        await self.model.patch("/control/rules", first_token_s=0.0, tokens_per_s=0.0)

    async def stop(self, number: int = signal.SIGTERM) -> Result:
        self.process.send_signal(number)
        return await finished(self.process)


@asynccontextmanager
async def playing(folder: Path, **settings: str) -> AsyncIterator[Playground]:
    """`parley playground` in this folder for as long as the block runs; its temporary files are in `folder/tmp`."""
    process = await started(folder, **settings)
    try:
        async with aiohttp.ClientSession() as connections:
            yield Playground(process, await ready_line(process), connections)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def started(folder: Path, port: str = "0", **settings: str) -> Started:
    return await command_line(folder).start("playground", "--port", port, **settings)


def command_line(folder: Path) -> CommandLine:
    (folder / "tmp").mkdir(exist_ok=True)
    return CommandLine(folder, {"TMPDIR": str(folder / "tmp")})


def left_behind(folder: Path) -> list[Path]:
    """Files in the folder and in its temporary one."""
    return [path for path in folder.rglob("*") if path != folder / "tmp"]
