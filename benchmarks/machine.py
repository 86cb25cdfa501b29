"""What the figures were measured on."""

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path

import msgspec
import psutil

LIBRARIES = ("parley", "openai", "slack-bolt", "discord.py", "aiohttp")


class Machine(msgspec.Struct, frozen=True):
    """The machine, its load when the run began, and the versions that decide the figures."""

    system: str
    processor: str
    cores: int
    memory_gb: float
    busy: float
    python: str
    libraries: dict[str, str]

    @property
    def sentence(self) -> str:
        versions = ", ".join(f"{name} {number}" for name, number in self.libraries.items())
        return (
            f"{self.system}, {self.cores} cores ({self.processor}), {self.memory_gb:.0f} GB, load {self.busy:.1f} at"
            f" the start; Python {self.python}; {versions}"
        )


def this_machine() -> Machine:
    return Machine(
        system=f"{platform.system()} {platform.machine()}",
        processor=_processor(),
        cores=os.cpu_count() or 1,
        memory_gb=psutil.virtual_memory().total / 1e9,
        busy=os.getloadavg()[0],
        python=platform.python_version(),
        libraries={name: version(name) for name in LIBRARIES},
    )


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", described.read_text()) if described.exists() else None
    return found[1].strip() if found else platform.processor() or "unknown"
