"""How each REST call is served: faults, authorisation, limits, the handler, headers and the log."""

import math
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from bots.playground import faults
from bots.playground.discord import jsons, uploads
from bots.playground.discord.calls import CallRecord
from bots.playground.discord.errors import Refusal
from bots.playground.discord.limits import Verdict
from bots.playground.discord.rest.call import Answer, Call, Route
from bots.playground.discord.state import STATE, ServerState
from bots.playground.faults import Fault, FaultKind

VIA = "1.1 google"
INVALID = (401, 403, 429)
INTERACTION_ROUTES = ("/interactions/", "/webhooks/{webhook}/{token}")
PREFIX = "/api/v10"


def resource_of(request: web.Request) -> str:
    """The top-level resource that limits are counted by (…/topics/rate-limits)."""
    ids = request.match_info
    if "webhook" in ids:
        return f"{ids['webhook']}:{ids.get('token', '')}"
    return ids.get("channel") or ids.get("guild") or ids.get("token", "")


def serve(route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The aiohttp handler of a route."""
    exempt = route.path.startswith(INTERACTION_ROUTES)

    async def respond(request: web.Request) -> web.StreamResponse:
        state = request.app[STATE]
        record = CallRecord(route.operation, request.method, request.path, None, time.monotonic())
        state.calls.add(record)
        fault = state.faults.take(route.operation)
        answer = await _faulty(fault, request, record) if fault else None
        record.fault = answer is not None
        if answer is None:
            answer = await _answer(route, request, state, record, exempt=exempt)
        record.status = answer.status
        if answer.status in INVALID and answer.headers.get("X-RateLimit-Scope") != "shared":
            state.limits.count_invalid(record.at)
        if fault and fault.kind is FaultKind.LOSE:
            faults.hang_up(request)
        return answer

    return respond


async def _faulty(fault: Fault, request: web.Request, record: CallRecord) -> web.Response | None:
    if fault.kind is FaultKind.LIMITED:
        return _limited(Verdict({"X-RateLimit-Scope": "user"}, fault.retry_after_s))
    answer = await faults.meet(fault, request)
    if answer is not None:
        answer.headers["Via"] = VIA
        answer.headers["Content-Type"] = fault.content_type
    return answer


async def _answer(
    route: Route, request: web.Request, state: ServerState, record: CallRecord, *, exempt: bool
) -> web.Response:
    if banned_s := state.limits.banned_for(record.at):
        headers = {"Retry-After": str(math.ceil(banned_s))}
        return web.Response(status=429, text="error code: 1015", headers=headers)
    if not request.headers.get("User-Agent"):
        return _refused(Refusal(40333), record, {})
    if not route.token and not _authorised(request, state):
        return jsons.response({"message": "401: Unauthorized", "code": 0}, 401, {"Via": VIA})
    verdict = state.limits.take(route.operation, resource_of(request), time.monotonic(), exempt_from_global=exempt)
    if verdict.retry_after_s:
        return _limited(verdict)
    try:
        answer = await _handle(route, request, state, record)
    except Refusal as refusal:
        return _refused(refusal, record, verdict.headers)
    return _written(answer, verdict)


def _refused(refusal: Refusal, record: CallRecord, headers: dict[str, str]) -> web.Response:
    record.code = refusal.code
    body = refusal.body()
    wait = {"Retry-After": str(math.ceil(body["retry_after"]))} if "retry_after" in body else {}
    return jsons.response(body, refusal.status, {**headers, **wait, "Via": VIA})


def _written(answer: Answer, verdict: Verdict) -> web.Response:
    headers = {**verdict.headers, "Via": VIA}
    if answer.body is None:
        return web.Response(status=204, headers=headers)
    return jsons.response(answer.body, answer.status, headers)


async def _handle(route: Route, request: web.Request, state: ServerState, record: CallRecord) -> Answer:
    body = await uploads.read(request, state.rules.attachment_limit_bytes)
    record.body = body.value
    base_url = f"{request.scheme}://{request.host}{request.path.partition(PREFIX)[0]}"
    return route.handler(Call(state, request.match_info, request.query, body, base_url, record.at))


def _authorised(request: web.Request, state: ServerState) -> bool:
    """A bot token in the header (…/reference, "Authentication")."""
    return request.headers.get("Authorization") == f"Bot {state.world.token}"


def _limited(verdict: Verdict) -> web.Response:
    """A 429 (…/topics/rate-limits, "Exceeding A Rate Limit")."""
    body = {"message": "You are being rate limited.", "retry_after": verdict.retry_after_s, "global": verdict.is_global}
    headers = {**verdict.headers, "Retry-After": str(math.ceil(verdict.retry_after_s)), "Via": VIA}
    return jsons.response(body, 429, headers)


async def unknown_route(request: web.Request) -> web.StreamResponse:
    """What Discord answers below its API where there is nothing."""
    return jsons.response({"message": "404: Not Found", "code": 0}, 404, {"Via": VIA})


async def unknown_method(request: web.Request) -> web.StreamResponse:
    """What Discord answers to a method that a place does not have."""
    return jsons.response({"message": "405: Method Not Allowed", "code": 0}, 405, {"Via": VIA})
