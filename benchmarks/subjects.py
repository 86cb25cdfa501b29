"""Those that are compared, and how each is run: with environment variables alone."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from benchmarks import processes
from benchmarks.ground import Ground
from benchmarks.processes import ROOT, Child
from storage.words import Platform

PARLEY = str(Path(sys.executable).with_name("parley"))


class Subject(StrEnum):
    """Who answers."""

    FLOOR = "floor"
    LEAST = "least"
    PARLEY = "Parley"


USUAL = (Subject.FLOOR, Subject.PARLEY)


@dataclass(frozen=True, slots=True)
class Launch:
    """How a subject is started on a platform."""

    subject: Subject
    platform: Platform

    @property
    def command(self) -> list[str]:
        if self.subject is Subject.PARLEY:
            return [PARLEY, "run", self.platform.value]
        return [sys.executable, "-P", str(ROOT / "benchmarks" / f"{self.subject.value}_{self.platform.value}.py")]


@asynccontextmanager
async def ready(launch: Launch, ground: Ground, folder: Path) -> AsyncIterator[Child]:
    """The subject, from when it says that it is ready; it works in an empty folder, with an empty database.

    The database's tables are there already, as at every start but the first.
    """
    settings = {**ground.settings(), "DATABASE_URL": f"sqlite:///{folder}/parley.db"}
    log = folder / f"{launch.subject.value}.log"
    if launch.subject is Subject.PARLEY:
        await processes.done([PARLEY, "db", "upgrade"], settings, folder, log=log)
    async with processes.running(launch.command, settings, folder, says="ready", log=log) as child:
        yield child
