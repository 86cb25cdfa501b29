"""The spans of a reply, as they reach a receiver of OTLP over HTTP."""

import asyncio
import io
import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from bots import tracing
from bots.playground.serving import serving
from bots.service import serving as serving_parley
from core import logs, settings
from storage.words import Platform
from tests.journeys.control import Model
from tests.journeys.slack.workspace import ANN, Workspace

SECRET = "mellon"


@dataclass(slots=True)
class Receiver:
    """Takes what is exported, as the OpenTelemetry Collector does: opentelemetry.io/docs/specs/otlp/#otlphttp."""

    bodies: list[bytes] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/v1/traces", self._take)
        return app

    async def _take(self, request: web.Request) -> web.Response:
        self.keys.add(request.headers.get("api-key", ""))
        self.bodies.append(await request.read())
        return web.Response(content_type="application/x-protobuf")

    @property
    def exports(self) -> list[ExportTraceServiceRequest]:
        return [ExportTraceServiceRequest.FromString(body) for body in self.bodies]

    @property
    def spans(self) -> list[Span]:
        scopes = [scope for one in self.exports for resource in one.resource_spans for scope in resource.scope_spans]
        return [span for scope in scopes for span in scope.spans]

    @property
    def service(self) -> str:
        """Who says that they have sent it."""
        facts = self.exports[0].resource_spans[0].resource.attributes
        return str(next(one.value.string_value for one in facts if one.key == "service.name"))


def facts(span: Span) -> dict[str, object]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in span.attributes}


async def test_each_part_of_a_reply_is_told_and_nothing_that_was_said(
    given: dict[str, Any], workspace: Workspace, model: Model, environment: "os._Environ[str]", own_logs: None
) -> None:
    receiver, told = Receiver(), io.StringIO()
    await model.will_say(f"The word is {SECRET}.")
    await model.fault("chat.completions", "status", status=500, times=1)
    loaded = settings.load(env_file=None, PARLEY_TRACES="on", **given)
    async with serving(receiver.app()) as url:
        environment.update(OTEL_EXPORTER_OTLP_ENDPOINT=url, OTEL_EXPORTER_OTLP_HEADERS="api-key=letters")
        sending = ExitStack()
        telemetry = sending.enter_context(tracing.telemetry(loaded))
        logs.set_up(loaded, told)
        async with serving_parley(loaded, frozenset({Platform.SLACK}), telemetry=telemetry):
            question = await workspace.say(ANN, f"@Parley {SECRET}?")
            await workspace.reply(question, f"The word is {SECRET}.", settled=True)
        await asyncio.to_thread(sending.close)
    assert receiver.keys == {"letters"}
    assert not any(SECRET.encode() in body for body in receiver.bodies)
    assert receiver.service == "parley"
    (reply,) = [span for span in receiver.spans if span.name == "reply"]
    parts = [span for span in receiver.spans if span.parent_span_id == reply.span_id]
    assert {span.name for span in parts} == {"prompt", "model", "write", "settle"}
    assert {span.trace_id for span in receiver.spans} == {reply.trace_id}
    failed, answered = sorted((one for one in parts if one.name == "model"), key=lambda one: one.start_time_unix_nano)
    assert (failed.status.code, facts(failed)["error.type"]) == (Status.STATUS_CODE_ERROR, "down")
    assert int(str(facts(answered)["parley.tokens_out"])) > 0
    assert facts(reply) | {"parley.reply": 1, "parley.platform": "slack", "parley.state": "done"} == facts(reply)
    assert f'"trace": "{reply.trace_id.hex()}"' in told.getvalue()
