"""`/api/METHOD`: what all Web API methods have in common (docs.slack.dev/apis/web-api)."""

import time

from aiohttp import web

from bots.playground.faults import Fault, FaultKind, hang_up, meet
from bots.playground.slack.backend import Backend
from bots.playground.slack.calls import LoggedCall
from bots.playground.slack.errors import SlackError
from bots.playground.slack.feed import dumps
from bots.playground.slack.limits import RateLimited
from bots.playground.slack.messages import Json
from bots.playground.slack.web_api import (
    arguments,
    assistant,
    connections,
    conversations,
    files,
    history,
    identity,
    posting,
    reactions,
    streaming,
    updating,
    uploads,
    user_groups,
    view_methods,
)
from bots.playground.slack.web_api.calling import Call, Method, TokenKind

METHODS: dict[str, Method] = {
    method.name: method
    for family in (
        assistant,
        connections,
        conversations,
        files,
        history,
        identity,
        posting,
        reactions,
        streaming,
        updating,
        uploads,
        user_groups,
        view_methods,
    )
    for method in family.METHODS
}


async def serve(backend: Backend, request: web.Request) -> web.StreamResponse:
    """Answer one call: HTTP 200 with `ok`, or 429 when there were too many; each call is logged."""
    name = request.match_info["method"]
    began_at = time.monotonic()
    args, token = await arguments.read(request)
    fault = backend.faults.take(name)
    answer = None if fault is None else await _met(fault, request)
    if answer is not None:
        dropped = fault is not None and fault.kind is FaultKind.DROP
        backend.calls.add(LoggedCall(name, args, began_at, 0 if dropped else answer.status, False, "fault"))
        return answer
    body, status, headers = _answered(Call(backend, request, name, args, token))
    lost = fault is not None and fault.kind is FaultKind.LOSE
    logged = LoggedCall(name, args, began_at, 0 if lost else status, body["ok"], body.get("error"))
    backend.calls.add(logged)
    if lost:
        hang_up(request)
    return web.Response(text=dumps(body), status=status, content_type="application/json", headers=headers)


async def _met(fault: Fault, request: web.Request) -> web.Response | None:
    if fault.kind is FaultKind.LIMITED:
        return _limited(RateLimited(fault.retry_after_s))
    return await meet(fault, request)


def _limited(refusal: RateLimited) -> web.Response:
    headers = {"Retry-After": str(refusal.retry_after_s)}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


def _answered(call: Call) -> tuple[Json, int, dict[str, str]]:
    headers: dict[str, str] = {"X-Slack-Req-Id": call.backend.world.new_id("req")}
    if call.token == call.backend.world.bot_token:
        headers["X-OAuth-Scopes"] = ",".join(call.backend.rules.scopes)
    try:
        method = _checked(call)
        if method.scopes:
            headers["X-Accepted-OAuth-Scopes"] = ",".join(method.scopes)
        return {"ok": True, **method.work(call)}, 200, headers
    except RateLimited as refusal:
        headers["Retry-After"] = str(refusal.retry_after_s)
        return {"ok": False, "error": refusal.code}, 429, headers
    except SlackError as refusal:
        return {"ok": False, "error": refusal.code, **refusal.fields}, 200, headers


def _checked(call: Call) -> Method:
    """The method, once its token, rate and scopes are in order."""
    method = METHODS.get(call.method)
    if method is None:
        raise SlackError("unknown_method", req_method=call.method)
    if "" in call.args:
        raise SlackError(call.args[""])
    _check_token(call, method)
    call.backend.limits.take(call.backend.rules, method.name, method.tier, call.backend.now())
    if method.token is TokenKind.BOT:
        call.need_scope(*method.scopes)
    return method


def _check_token(call: Call, method: Method) -> None:
    """docs.slack.dev/authentication/tokens: no token, an unknown one, or one of the wrong kind is refused."""
    if method.token is TokenKind.NONE:
        return
    if not call.token:
        raise SlackError("not_authed")
    world = call.backend.world
    if call.token not in (world.bot_token, world.app_token):
        raise SlackError("invalid_auth")
    wanted = {TokenKind.BOT: world.bot_token, TokenKind.APP: world.app_token}.get(method.token)
    if wanted is not None and call.token != wanted:
        raise SlackError("not_allowed_token_type")
