"""Keeps a run's figures and samples in a file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from benchmarks import table
from benchmarks.figures import Figure, Sample
from benchmarks.load import Load
from benchmarks.machine import Machine
from benchmarks.processes import ROOT
from benchmarks.subjects import Subject

FOLDER = ROOT / "benchmarks" / "results"


class Case(msgspec.Struct, frozen=True):
    """One load, with the samples and the figures of each subject."""

    load: Load
    samples: dict[Subject, list[Sample]]
    figures: dict[Subject, list[Figure]]

    @property
    def ratios(self) -> dict[str, float]:
        """Parley's figure for one of the floor's, by name."""
        pairs = zip(self.figures[Subject.FLOOR], self.figures[Subject.PARLEY], strict=True)
        found = {floor.name: table.ratio(floor, parley) for floor, parley in pairs}
        return {name: value for name, value in found.items() if value is not None}


def save(machine: Machine, command: str, cases: list[Case]) -> Path:
    """Write everything into a new file, named by the moment."""
    content = {
        "command": command,
        "machine": machine,
        "cases": [{**msgspec.structs.asdict(case), "ratios": case.ratios} for case in cases],
    }
    return keep("", content)


def keep(kind: str, content: dict[str, Any]) -> Path:
    """Write what was found into a new file, named by its kind and the moment."""
    now = datetime.now(UTC)
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{kind}{'-' if kind else ''}{now:%Y%m%dT%H%M%SZ}.json"
    whole = {"measured_at": now.isoformat(timespec="seconds"), **content}
    path.write_bytes(msgspec.json.format(msgspec.json.encode(whole)))
    return path
