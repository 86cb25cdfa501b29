"""What a process tells of itself, given to every part that has something to tell."""

import importlib
from dataclasses import dataclass, field

from core.metrics import Metrics
from core.settings import Settings
from core.traces import Traces, Untraced


@dataclass(frozen=True, slots=True)
class Telemetry:
    metrics: Metrics = field(default_factory=Metrics)
    traces: Traces = field(default_factory=Untraced)


def metrics_of(settings: Settings) -> Metrics:
    """What counts, where somebody can read it: the library for that takes its time and memory to load."""
    if settings.port is None:
        return Metrics()
    counting: Metrics = importlib.import_module("core.counting").Counted()
    return counting
