"""Counts what a process tells of itself, for Prometheus. Work for each reply, write and request; none for each token.

Its library takes 4 MB and is loaded only where somebody can read what is counted (`core/telemetry.py`).
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from core.metrics import InLine, Metrics, of_model, waited_s
from storage.claims import Work
from storage.replies import Outcome
from storage.spending import Bill
from storage.words import Platform

MICRO = 1_000_000

# In seconds: of what people wait for, of what platforms take, and of what must be over at once.
PATIENT = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0)
BRISK = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
INSTANT = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Counted(Metrics):
    """The instruments of one process. What only stands, and does not happen, is told when somebody reads them."""

    counts = True

    def __init__(self) -> None:
        # Each counter would be told of with a further series: when it was made.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self._of_replies()
        self._of_writes()
        self._of_models()
        self._of_the_process()

    def text(self) -> bytes:
        return generate_latest(self._registry)

    def kept(self, platform: Platform, *, asks: bool) -> None:
        self._messages.labels(platform.value, "yes" if asks else "no").inc()

    def refused(self, reason: str) -> None:
        self._refusals.labels(reason).inc()

    def settled(self, work: Work, outcome: Outcome, why: str) -> None:
        platform = work.platform.value
        self._replies.labels(platform, outcome.state.value, why).inc()
        self._final_text.labels(platform).observe(waited_s(work, datetime.now(UTC)))
        if outcome.first_shown_at is not None:
            self._first_text.labels(platform).observe(waited_s(work, outcome.first_shown_at))
        if work.started_at is not None:
            self._waited.labels(platform).observe(waited_s(work, work.started_at))
        if outcome.bill is not None:
            self.spent(outcome.bill)

    def spent(self, bill: Bill) -> None:
        model, took = of_model(bill.model), bill.took
        self._tokens.labels(model, "in").inc(took.tokens_in)
        self._tokens.labels(model, "out").inc(took.tokens_out)
        self._tokens.labels(model, "cached").inc(took.tokens_cached)
        self._tokens.labels(model, "reasoning").inc(took.tokens_reasoning)
        if took.cost_microusd is not None:
            self._cost.labels(model).inc(took.cost_microusd / MICRO)

    def asked(self, ref: str, outcome: str) -> None:
        self._requests.labels(of_model(ref), outcome).inc()

    def begun(self, ref: str, seconds: float) -> None:
        self._model_first_text.labels(of_model(ref)).observe(seconds)

    def called_tool(self, tool: str, state: str, seconds: float) -> None:
        self._tool_calls.labels(tool, state).inc()
        self._tool_seconds.labels(tool).observe(seconds)

    def wrote(self, key: str, want: str, waited_s: float) -> None:
        self._write_waits.labels(platform_of(key), want).observe(waited_s)

    def called_platform(self, platform: str, method: str, status: str, seconds: float) -> None:
        self._calls.labels(platform, method, status).inc()
        self._call_seconds.labels(platform).observe(seconds)

    def fired(self) -> None:
        self._fired.inc()

    def leading(self, leads: bool) -> None:
        self._leads.set(leads)

    def logged(self, level: str) -> None:
        self._records.labels(level).inc()

    def late(self, seconds: float) -> None:
        self._lag.observe(seconds)

    def live(self, threads: int) -> None:
        self._live.set(threads)

    def tasks(self, count: int) -> None:
        self._tasks.set(count)

    def resting(self, endpoints: Mapping[str, int]) -> None:
        for name, count in endpoints.items():
            self._circuits.labels(name).set(count)

    def in_line(self, lines: Iterable[InLine]) -> None:
        used: dict[tuple[str, str], float] = {}
        for gauge in (self._waiting, self._owed, self._paused, self._used):
            gauge.clear()
        for line in lines:
            platform, kind = platform_of(line.key), kind_of(line.key)
            for want, count in line.waiting:
                self._waiting.labels(platform, want).inc(count)
            self._owed.labels(platform).inc(line.owed)
            self._paused.labels(platform).inc(line.paused)
            if line.used is not None:
                used[platform, kind] = max(used.get((platform, kind), 0.0), line.used)
        for labels, share in used.items():
            self._used.labels(*labels).set(share)

    def pinged(self, part: str, *, well: bool, seconds: float) -> None:
        self._up.labels(part).set(well)
        self._ping.labels(part).set(seconds)

    def queued(self, replies: Mapping[str, int], oldest_s: float) -> None:
        for state, count in replies.items():
            self._queue.labels(state).set(count)
        self._oldest.set(oldest_s)

    def _of_replies(self) -> None:
        self._messages = self._counter("messages", "Messages heard and kept, by whether they ask.", "platform", "asks")
        self._refusals = self._counter("refusals", "Questions that are not answered, by reason.", "reason")
        self._replies = self._counter("replies", "Replies that ended, by state and why.", "platform", "state", "why")
        self._waited = self._histogram(
            "reply_queued_seconds", "From the question to when its reply was taken up.", PATIENT, "platform"
        )
        self._first_text = self._histogram(
            "reply_first_text_seconds", "From the question to the first text that people see.", PATIENT, "platform"
        )
        self._final_text = self._histogram(
            "reply_final_text_seconds", "From the question to the reply's settled end.", PATIENT, "platform"
        )
        self._live = self._gauge("replies_live", "Threads that this process is answering in.")
        self._queue = self._gauge("queue_replies", "Replies in the database that have not ended, by state.", "state")
        self._oldest = self._gauge("queue_oldest_seconds", "Since when the oldest queued reply waits.")
        self._fired = self._counter("schedules_fired", "Schedules that were due, and are asked.")
        self._tool_calls = self._counter("tool_calls", "Calls of tools, by how they ended.", "tool", "state")
        self._tool_seconds = self._histogram("tool_seconds", "How long calls of tools take.", BRISK, "tool")

    def _of_writes(self) -> None:
        self._write_waits = self._histogram(
            "write_wait_seconds", "How long writes wait for their turn in the edit budget.", BRISK, "platform", "want"
        )
        self._waiting = self._gauge("writes_waiting", "Writes that wait for their turn.", "platform", "want")
        self._owed = self._gauge("edits_owed", "Final edits that replies shown early still need.", "platform")
        self._used = self._gauge(
            "budget_used_ratio", "How much of its budget the busiest key of a kind has used.", "platform", "line"
        )
        self._paused = self._gauge("budgets_paused", "Keys on which the platform said to wait.", "platform")
        self._calls = self._counter(
            "platform_calls", "Calls of the platforms' APIs, by status.", "platform", "method", "status"
        )
        self._call_seconds = self._histogram(
            "platform_call_seconds", "How long the platforms' APIs take to answer.", BRISK, "platform"
        )

    def _of_models(self) -> None:
        self._requests = self._counter(
            "model_requests",
            "Requests to models: answered, called_off, or the fault that they met.",
            "model",
            "outcome",
        )
        self._model_first_text = self._histogram(
            "model_first_text_seconds", "From a request to the model's first text.", PATIENT, "model"
        )
        self._tokens = self._counter("tokens", "Tokens in and out; cached and reasoning are of these.", "model", "kind")
        self._cost = self._counter("cost_usd", "What answers cost in US dollars, where a price is known.", "model")
        self._circuits = self._gauge("circuits_open", "Endpoints that are not asked for a while.", "endpoint")

    def _of_the_process(self) -> None:
        self._up = self._gauge("up", "Whether a part of this process works, as in /readyz.", "part")
        self._ping = self._gauge("ping_seconds", "How long the ping of a part took.", "part")
        self._leads = self._gauge("leads", "Whether this process keeps the schedules, and tidies up.")
        self._lag = self._histogram("event_loop_lag_seconds", "How late timers of the event loop are.", INSTANT)
        self._tasks = self._gauge("asyncio_tasks", "Tasks of the event loop.")
        self._records = self._counter("log_records", "Log records from warnings on, by level.", "level")
        Info("parley_build", "The version of Parley.", registry=self._registry).info({"version": version("parley")})

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(f"parley_{name}", told, labels, registry=self._registry)

    def _gauge(self, name: str, told: str, *labels: str) -> Gauge:
        return Gauge(f"parley_{name}", told, labels, registry=self._registry)

    def _histogram(self, name: str, told: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"parley_{name}", told, labels, registry=self._registry, buckets=buckets)


def platform_of(key: str) -> str:
    """The platform that limits a key."""
    return key.partition(":")[0]


def kind_of(key: str) -> str:
    """What is limited by a key, such as `update`: the word after its platform and its place, if it has one."""
    return [*key.split(":"), "write", "write"][2]
