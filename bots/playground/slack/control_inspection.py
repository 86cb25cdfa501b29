"""Control routes for tests: the state, logs, rules, raw events and connections."""

from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

from bots.playground.slack import control, rules, snapshot
from bots.playground.slack.backend import Backend
from bots.playground.slack.errors import ControlError

REASONS = ("warning", "refresh_requested", "link_disabled", "too_many_websockets", "drop")


class RawEvent(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An event, a whole payload, or a frame that is sent as it is."""

    event: Any = msgspec.UNSET
    payload: dict[str, Any] | None = None
    frame: str | None = None


class Redelivery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which past event is sent again."""

    event_id: str


class Disconnection(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Why the connections end."""

    reason: str


@dataclass(frozen=True, slots=True)
class InspectionRoutes:
    """The handlers, for one backend."""

    backend: Backend

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/control/state", self.state),
            web.get("/control/events", self.backend.feed.serve),
            web.get("/control/calls", self.calls),
            web.delete("/control/calls", self.clear_calls),
            web.get("/control/events-sent", self.events_sent),
            web.post("/control/raw-events", self.send_raw),
            web.post("/control/redeliver", self.redeliver),
            web.get("/control/sockets", self.sockets),
            web.post("/control/sockets/disconnect", self.disconnect),
            web.get("/control/rules", self.rules),
            web.patch("/control/rules", self.patch_rules),
        ]

    async def state(self, request: web.Request) -> web.Response:
        return control.answered(snapshot.taken(self.backend))

    async def calls(self, request: web.Request) -> web.Response:
        return control.answered(self.backend.calls.as_json())

    async def clear_calls(self, request: web.Request) -> web.Response:
        self.backend.calls.clear()
        return control.answered({})

    async def events_sent(self, request: web.Request) -> web.Response:
        return control.answered([delivery.as_json() for delivery in self.backend.deliveries.sent])

    async def send_raw(self, request: web.Request) -> web.Response:
        raw = await control.read(request, RawEvent)
        if raw.frame is not None:
            if not self.backend.sockets.send(raw.frame):
                raise ControlError("no socket is open", 409)
            return control.answered({"event_id": None}, 202)
        if raw.payload is not None:
            self.backend.deliveries.send_event(raw.payload)
            return control.answered({"event_id": raw.payload.get("event_id")}, 202)
        if raw.event is msgspec.UNSET:
            raise ControlError("give event, payload or frame")
        return control.answered({"event_id": self.backend.events.send(raw.event)}, 202)

    async def redeliver(self, request: web.Request) -> web.Response:
        wanted = await control.read(request, Redelivery)
        if not self.backend.deliveries.send_again(wanted.event_id):
            raise ControlError(f"no event {wanted.event_id!r} was sent", 404)
        return control.answered({}, 202)

    async def sockets(self, request: web.Request) -> web.Response:
        return control.answered(self.backend.sockets.as_json())

    async def disconnect(self, request: web.Request) -> web.Response:
        given = await control.read(request, Disconnection)
        if given.reason not in REASONS:
            raise ControlError(f"reason must be one of {', '.join(REASONS)}")
        return control.answered({"sockets": self.backend.sockets.disconnect(given.reason)})

    async def rules(self, request: web.Request) -> web.Response:
        return control.answered(msgspec.to_builtins(self.backend.rules))

    async def patch_rules(self, request: web.Request) -> web.Response:
        try:
            self.backend.rules = rules.patched(self.backend.rules, await request.read())
        except msgspec.DecodeError as error:
            raise ControlError(str(error)) from None
        self.backend.limits.forget()
        written = msgspec.to_builtins(self.backend.rules)
        self.backend.feed.publish("rules", rules=written)
        return control.answered(written)
