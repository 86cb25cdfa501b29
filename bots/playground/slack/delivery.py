"""Envelopes to the app: each is acknowledged in time, or an event is sent again and a person is told.

    sent ──ack──> acked
     │ no ack within `ack_deadline_s`, or the frame could not be sent
     ▼
    unacked ──retries left──> sent (retry_attempt + 1)
     │ none left
     ▼
    dropped

docs.slack.dev/apis/events-api#retries: an event is sent again nearly at once, after one minute and after five.
docs.slack.dev/apis/events-api/using-socket-mode: an envelope goes to one connection and is acknowledged by its id.
With a `request_url` in the rules, each is a request to that address instead, which its status acknowledges.
"""

import asyncio
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bots.playground.slack.errors import Unanswered
from bots.playground.slack.feed import Feed, dumps
from bots.playground.slack.request_urls import RequestUrl
from bots.playground.slack.rules import Rules
from bots.playground.slack.sockets import Sockets

Json = dict[str, Any]


@dataclass(slots=True)
class EventDelivery:
    """One event callback on its way."""

    payload: Json
    attempt: int = 0
    sends: int = 0
    is_acked: bool = False
    reason: str = ""
    gives_up_at: float = 0.0
    timer: asyncio.TimerHandle | None = None

    @property
    def event_id(self) -> str:
        return str(self.payload.get("event_id", ""))

    def as_json(self) -> Json:
        event = self.payload.get("event")
        return {"event_id": self.event_id, "event": event, "attempts": self.sends, "acked": self.is_acked}


@dataclass(slots=True)
class Deliveries:
    """Sends envelopes over the open sockets and minds their acknowledgements."""

    sockets: Sockets
    request_url: RequestUrl
    rules: Callable[[], Rules]
    feed: Feed
    sent: deque[EventDelivery] = field(default_factory=lambda: deque(maxlen=1000))
    _awaited: dict[str, EventDelivery] = field(default_factory=dict)
    _asked: dict[str, asyncio.Future[Json]] = field(default_factory=dict)
    _parked: deque[EventDelivery] = field(default_factory=lambda: deque(maxlen=10_000))
    _timers: set[asyncio.TimerHandle] = field(default_factory=set)
    _requests: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.sockets.when_opened.append(self._unpark)
        self.sockets.when_received.append(self._acknowledge)

    def send_event(self, payload: Json) -> None:
        """Send an event callback; it is sent again until it is acknowledged or given up."""
        delivery = EventDelivery(payload)
        self.sent.append(delivery)
        self._send(delivery)

    def send_again(self, event_id: str) -> bool:
        """Send a past event once more, as its next retry; False when it is not known."""
        found = next((delivery for delivery in reversed(self.sent) if delivery.event_id == event_id), None)
        if found is None:
            return False
        again = EventDelivery(found.payload, attempt=found.attempt + 1, reason="timeout")
        found.attempt += 1
        self._send(again)
        return True

    async def ask(self, kind: str, payload: Json) -> Json:
        """Send a command or an interaction and wait for the acknowledgement's payload.

        Raises `Unanswered`: `dispatch_failed` without a connection, `operation_timeout` after the deadline.
        """
        if self.request_url.is_set:
            return await self._asked_over_http(kind, payload)
        envelope_id = str(uuid.uuid4())
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._asked[envelope_id] = answer
        try:
            if not self.sockets.send(_frame(kind, envelope_id, payload, accepts_payload=True)):
                raise Unanswered("dispatch_failed")
            self._tell(kind, envelope_id, "sent")
            async with asyncio.timeout(self.rules().ack_deadline_s):
                payload_back = await answer
            self._tell(kind, envelope_id, "acked")
            return payload_back
        except TimeoutError:
            self._tell(kind, envelope_id, "unacked")
            raise Unanswered("operation_timeout") from None
        finally:
            del self._asked[envelope_id]

    def close(self) -> None:
        """Stop all timers."""
        for delivery in self._awaited.values():
            _stop(delivery)
        for timer in self._timers:
            timer.cancel()
        for request in self._requests:
            request.cancel()

    async def _asked_over_http(self, kind: str, payload: Json) -> Json:
        envelope_id = str(uuid.uuid4())
        self._tell(kind, envelope_id, "sent")
        answer = await self.request_url.post(kind, payload)
        self._tell(kind, envelope_id, "unacked" if answer.failure else "acked")
        if answer.failure:
            raise Unanswered("operation_timeout" if answer.failure == "http_timeout" else "dispatch_failed")
        return answer.payload

    async def _post(self, delivery: EventDelivery) -> None:
        envelope_id = str(uuid.uuid4())
        delivery.sends += 1
        self._tell("events_api", envelope_id, "sent", delivery)
        answer = await self.request_url.post("events_api", delivery.payload, delivery.attempt, delivery.reason)
        if not answer.failure:
            delivery.is_acked = True
            return self._tell("events_api", envelope_id, "acked", delivery)
        return self._failed(envelope_id, delivery, answer.failure, is_final=answer.is_final)

    def _send(self, delivery: EventDelivery) -> None:
        if self.request_url.is_set:
            request = asyncio.create_task(self._post(delivery))
            self._requests.add(request)
            request.add_done_callback(self._requests.discard)
            return None
        loop = asyncio.get_running_loop()
        envelope_id = str(uuid.uuid4())
        frame = _frame("events_api", envelope_id, delivery.payload, attempt=delivery.attempt, reason=delivery.reason)
        if not self.sockets.send(frame):
            return self._park(delivery, loop.time())
        delivery.sends += 1
        delivery.timer = loop.call_later(self.rules().ack_deadline_s, self._overdue, envelope_id)
        self._awaited[envelope_id] = delivery
        self._tell("events_api", envelope_id, "sent", delivery)
        return None

    def _park(self, delivery: EventDelivery, now: float) -> None:
        """Keep an event that no connection could take; it comes as a retry when one opens."""
        if delivery.attempt == 0:
            delivery.attempt, delivery.reason = 1, "timeout"
        delivery.gives_up_at = now + sum(self.rules().redelivery_delays_s)
        self._parked.append(delivery)

    def _unpark(self) -> None:
        now = asyncio.get_running_loop().time()
        parked = list(self._parked)
        self._parked.clear()
        for delivery in parked:
            if now <= delivery.gives_up_at:
                self._send(delivery)

    def _overdue(self, envelope_id: str) -> None:
        self._failed(envelope_id, self._awaited.pop(envelope_id), "timeout")

    def _failed(self, envelope_id: str, delivery: EventDelivery, reason: str, *, is_final: bool = False) -> None:
        self._tell("events_api", envelope_id, "unacked", delivery)
        delays = self.rules().redelivery_delays_s
        if is_final or delivery.attempt >= len(delays):
            return self._tell("events_api", envelope_id, "dropped", delivery)
        delay_s = delays[delivery.attempt]
        delivery.attempt += 1
        delivery.reason = reason
        self._later(delay_s, delivery)
        return None

    def _later(self, delay_s: float, delivery: EventDelivery) -> None:
        def fire() -> None:
            self._timers.discard(timer)
            self._send(delivery)

        timer = asyncio.get_running_loop().call_later(delay_s, fire)
        self._timers.add(timer)

    def _acknowledge(self, message: Json) -> None:
        envelope_id = message.get("envelope_id")
        delivery = self._awaited.pop(str(envelope_id), None)
        if delivery is not None:
            _stop(delivery)
            delivery.is_acked = True
            return self._tell("events_api", str(envelope_id), "acked", delivery)
        answer = self._asked.get(str(envelope_id))
        if answer is not None and not answer.done():
            payload = message.get("payload")
            answer.set_result(payload if isinstance(payload, dict) else {})
        return None

    def _tell(self, kind: str, envelope_id: str, state: str, delivery: EventDelivery | None = None) -> None:
        named = {} if delivery is None else {"event_id": delivery.event_id, "attempt": delivery.attempt}
        self.feed.publish("delivery", kind=kind, envelope_id=envelope_id, state=state, **named)


def _stop(delivery: EventDelivery) -> None:
    if delivery.timer is not None:
        delivery.timer.cancel()


def _frame(
    kind: str, envelope_id: str, payload: Json, *, accepts_payload: bool = False, attempt: int = 0, reason: str = ""
) -> str:
    envelope: Json = {
        "envelope_id": envelope_id,
        "payload": payload,
        "type": kind,
        "accepts_response_payload": accepts_payload,
    }
    if kind == "events_api":
        envelope |= {"retry_attempt": attempt, "retry_reason": reason}
    return dumps(envelope)
