"""Traces of replies, sent with OpenTelemetry to where its own environment variables say (OTEL_…).

Only here is its library known, and only when it is wanted is it loaded. What a span carries are ids and numbers: no
text, and of an error no more than its kind.
"""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from threading import Thread
from typing import Any

import structlog

from core.errors import Trouble
from core.settings import Settings
from core.telemetry import Telemetry, metrics_of
from core.traces import Fact, Span, Traces

NAME = "parley"
# At the end, what was not sent yet is given this long.
ENDING_S = 3.0


@contextmanager
def telemetry(settings: Settings, ending_s: float = ENDING_S) -> Iterator[Telemetry]:
    """What a process tells of itself; traces are sent for as long as the block runs, where they are wanted."""
    if settings.traces == "off":
        yield Telemetry(metrics_of(settings))
        return
    provider = _provider()
    try:
        yield Telemetry(metrics_of(settings), Traced(provider.get_tracer(NAME, version(NAME))))
    finally:
        _end(provider, ending_s)


def _provider() -> Any:
    """All that can be set about it, its library reads from OTEL_…: docs/monitoring.md has the names."""
    resources = importlib.import_module("opentelemetry.sdk.resources")
    sdk = importlib.import_module("opentelemetry.sdk.trace")
    export = importlib.import_module("opentelemetry.sdk.trace.export")
    otlp = importlib.import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    resource = resources.Resource.create()
    if str(resource.attributes.get("service.name", "")).startswith("unknown_service"):
        resource = resource.merge(resources.Resource({"service.name": NAME, "service.version": version(NAME)}))
    provider = sdk.TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(export.BatchSpanProcessor(otlp.OTLPSpanExporter()))
    return provider


def _end(provider: Any, ending_s: float) -> None:
    """Send what is left. The library itself would wait for half a minute where nobody takes it."""
    ending = Thread(target=provider.shutdown, daemon=True)
    ending.start()
    ending.join(ending_s)


class Recorded(Span):
    def __init__(self, recorded: Any, error: Any) -> None:
        self.recorded = recorded
        self.failed = False
        self._error = error

    @property
    def trace_id(self) -> str:
        return format(self.recorded.get_span_context().trace_id, "032x")

    def note(self, **facts: Fact) -> None:
        self.recorded.set_attributes(named(facts))

    def fail(self, why: str) -> None:
        self.failed = True
        self.recorded.set_attribute("error.type", why)
        self.recorded.set_status(self._error)


class Traced(Traces):
    """`within` is the context that spans belong to; None for the one that is current."""

    def __init__(self, tracer: Any, within: Any = None) -> None:
        self._tracer = tracer
        self._within = within
        self._trace = importlib.import_module("opentelemetry.trace")
        self._context = importlib.import_module("opentelemetry.context")

    @contextmanager
    def span(self, name: str, **facts: Fact) -> Iterator[Recorded]:
        recorded = self._tracer.start_span(
            name,
            self._within,
            attributes=named(facts),
            record_exception=False,
            set_status_on_exception=False,
        )
        span = Recorded(recorded, self._trace.StatusCode.ERROR)
        try:
            yield span
        except Exception as error:
            if not span.failed:
                span.fail(kind_of(error))
            raise
        finally:
            recorded.end()

    @contextmanager
    def whole(self, name: str, **facts: Fact) -> Iterator[Span]:
        """What is logged meanwhile has its trace's id, so that one finds the other."""
        with self.span(name, **facts) as span:
            token = self._context.attach(self._trace.set_span_in_context(span.recorded))
            try:
                with structlog.contextvars.bound_contextvars(trace=span.trace_id):
                    yield span
            finally:
                self._context.detach(token)

    def here(self) -> "Traced":
        return Traced(self._tracer, self._context.get_current())


def named(facts: dict[str, Fact]) -> dict[str, Fact]:
    return {f"{NAME}.{name}": fact for name, fact in facts.items()}


def kind_of(error: Exception) -> str:
    return error.kind.value if isinstance(error, Trouble) else type(error).__name__
