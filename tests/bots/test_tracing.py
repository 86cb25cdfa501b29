import os

import pytest

from bots import tracing
from core import settings
from core.traces import Untraced


def test_traces_that_nobody_takes_are_left_behind(environment: "os._Environ[str]") -> None:
    environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9"
    with tracing.telemetry(settings.load(None, PARLEY_TRACES="on"), ending_s=0.1) as telemetry:
        assert isinstance(telemetry.traces, tracing.Traced)
        with telemetry.traces.whole("reply", reply=1), telemetry.traces.here().span("write"):
            pass


@pytest.mark.usefixtures("environment")
def test_nothing_is_traced_unless_it_is_asked_for() -> None:
    with tracing.telemetry(settings.load(None, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")) as telemetry:
        assert isinstance(telemetry.traces, Untraced)
