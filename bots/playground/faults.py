"""Faults that a test injects into a local server: the next calls of an operation go wrong in a chosen way."""

import asyncio
from enum import StrEnum

import msgspec
from aiohttp import web


class FaultKind(StrEnum):
    """What goes wrong."""

    STATUS = "status"  # answered with `status`, `body` and `headers`, and nothing is done
    LIMITED = "limited"  # answered with 429 and `Retry-After: retry_after_s`, and nothing is done
    SLOW = "slow"  # done after `delay_s` seconds
    DROP = "drop"  # the connection closes before anything is done
    LOSE = "lose"  # done, but the connection closes instead of an answer
    CUT = "cut"  # a stream ends, without its proper end, after `after` chunks


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One injected fault; `operation` is a server's name for a call, or `*` for every call."""

    operation: str
    kind: FaultKind
    times: int = 1
    status: int = 500
    body: str = ""
    content_type: str = "application/json"
    headers: dict[str, str] = {}
    retry_after_s: float = 1.0
    delay_s: float = 0.0
    after: int = 1


class Faults:
    """The faults that wait for their calls, first injected first met."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def inject(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, operation: str) -> Fault | None:
        """The fault that the call must meet now, if any; each is met `times` times."""
        for fault in self._waiting:
            if fault.operation in (operation, "*"):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None


async def meet(fault: Fault, request: web.Request) -> web.Response | None:
    """Act out a fault before the work is done; None means that the work goes on."""
    match fault.kind:
        case FaultKind.STATUS:
            return web.Response(
                status=fault.status, text=fault.body, content_type=fault.content_type, headers=fault.headers
            )
        case FaultKind.DROP:
            hang_up(request)
            return web.Response(status=500)
        case FaultKind.SLOW:
            await asyncio.sleep(fault.delay_s)
    return None


def hang_up(request: web.Request) -> None:
    """Close the caller's connection without an answer."""
    if request.transport is not None:
        request.transport.abort()


def routes(faults: Faults) -> list[web.RouteDef]:
    """The control routes: POST one fault as JSON to `/control/faults`, or DELETE them all."""

    async def inject(request: web.Request) -> web.Response:
        try:
            fault = msgspec.json.decode(await request.read(), type=Fault)
        except msgspec.DecodeError as error:
            return web.json_response({"error": str(error)}, status=400)
        faults.inject(fault)
        return web.json_response({}, status=201)

    async def clear(request: web.Request) -> web.Response:
        faults.clear()
        return web.json_response({})

    return [web.post("/control/faults", inject), web.delete("/control/faults", clear)]
