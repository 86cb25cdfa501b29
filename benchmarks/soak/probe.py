"""Looks at a process from outside, and at what it tells of itself on `/metrics`."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp
import psutil
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.soak.figures import Lag, Reading

EVERY_S = 5.0
TASKS, LAG = "parley_asyncio_tasks", "parley_event_loop_lag_seconds"


class Probe:
    """One process; `answering` says how many answers the model is giving."""

    def __init__(self, pid: int, port: int, http: aiohttp.ClientSession, answering: Callable[[], int]) -> None:
        self._process = psutil.Process(pid)
        self._url = f"http://127.0.0.1:{port}/metrics"
        self._http = http
        self._answering = answering
        self._began = time.monotonic()

    async def follow(self, readings: list[Reading]) -> None:
        """Add a reading every few seconds, until this is cancelled."""
        self._began = time.monotonic()
        while True:
            readings.append(await self.reading())
            await asyncio.sleep(EVERY_S)

    async def reading(self) -> Reading:
        tasks, _ = await self._told()
        with self._process.oneshot():
            return Reading(
                at_s=time.monotonic() - self._began,
                rss_mb=self._process.memory_info().rss / 1e6,
                threads=self._process.num_threads(),
                files=self._process.num_fds(),
                sockets=len(self._process.net_connections()),
                tasks=tasks,
                answering=self._answering(),
                cpu_s=sum(self._process.cpu_times()[:2]),
                starved_s=self._starved_s(),
            )

    async def lag(self) -> Lag:
        """All looks at the event loop since the process began."""
        _, lag = await self._told()
        return lag

    def _starved_s(self) -> float:
        """How long the main thread was ready to run and did not (Documentation/scheduler/sched-stats.rst of Linux)."""
        told = Path(f"/proc/{self._process.pid}/schedstat")
        return int(told.read_text().split()[1]) / 1e9 if told.exists() else 0.0

    async def _told(self) -> tuple[int | None, Lag]:
        async with self._http.get(self._url) as answer:
            text = await answer.text() if answer.status == 200 else ""
        tasks, counts = None, {}
        for sample in (sample for family in text_string_to_metric_families(text) for sample in family.samples):
            if sample.name == TASKS:
                tasks = int(sample.value)
            elif sample.name == f"{LAG}_bucket":
                counts[float(sample.labels["le"])] = sample.value
        return tasks, Lag(counts)
