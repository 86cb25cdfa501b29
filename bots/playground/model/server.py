"""A strict local server of OpenAI's chat completions, for tests and for a playground without a key."""

import asyncio
import math
import time
from typing import Any

from aiohttp import web

from bots.playground import faults
from bots.playground.faults import Fault, FaultKind
from bots.playground.model import control, models, refusals, replying, requests, streaming
from bots.playground.model.journal import Entry
from bots.playground.model.refusals import Refused
from bots.playground.model.requests import ChatRequest
from bots.playground.model.rules import Rules
from bots.playground.model.scripts import Script
from bots.playground.model.sse import Chunks
from bots.playground.model.state import State

_OPERATION = "chat.completions"


def create_app(rules: Rules | None = None) -> web.Application:
    """The whole server; it works alone and below a prefix."""
    state = State(rules or Rules())
    app = web.Application()
    app.add_routes([web.post("/v1/chat/completions", Completions(state).handle)])
    app.add_routes(models.routes(state))
    app.add_routes(control.routes(state))
    app.add_routes(faults.routes(state.faults))
    app.add_routes([web.route("*", "/v1/{rest:.*}", _no_such_route)])
    return app


class Completions:
    """Answers `POST /v1/chat/completions`."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request and keep in the journal how it went."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        entry = self._state.journal.open(request.path, headers, time.time(), self._state.rules.keep_requests)
        try:
            response = await self._answer(request, entry)
            entry.status = response.status
        except Refused as refused:
            entry.status = refused.status
            return refused.response(self._state.rules.dialect.body)
        except (streaming.GoneError, ConnectionError):
            entry.disconnected = True
            return web.Response(status=499)
        except asyncio.CancelledError:
            entry.disconnected = True
            raise
        finally:
            entry.ended = time.time()
        return response

    async def _answer(self, request: web.Request, entry: Entry) -> web.StreamResponse:
        state = self._state
        raw = await _read(request, state.rules.max_body_bytes)
        body = entry.body = requests.parse(raw)
        requests.check_key(request.headers, state.rules)
        headers = self._admit(entry)
        fault = state.faults.take(_OPERATION)
        if fault is not None:
            met = await _meet(fault, request)
            if met is not None:
                return met
        chat = requests.check(body, state.rules)
        script = state.scripts.take(chat.last_user_text)
        if script is not None and script.is_plain:
            return await self._plain(script)
        response = await self._complete(request, chat, entry, headers, script, fault)
        if fault is not None and fault.kind is FaultKind.LOSE:
            faults.hang_up(request)
        return response

    async def _complete(
        self,
        request: web.Request,
        chat: ChatRequest,
        entry: Entry,
        headers: dict[str, str],
        script: Script | None,
        fault: Fault | None,
    ) -> web.StreamResponse:
        cut_after = fault.after if fault is not None and fault.kind is FaultKind.CUT else None
        cached = self._state.cached_tokens(chat)
        plan = replying.plan(chat, entry.body, self._state.rules, script, cut_after, cached, entry.number)
        if script is not None:
            headers = {**headers, **script.headers}
        completion_id, created = f"chatcmpl-playground{entry.number:08}", int(entry.began)
        if chat.stream and not (fault is not None and fault.kind is FaultKind.LOSE):
            chunks = Chunks(completion_id, chat.model, created, with_usage=chat.include_usage)
            stream = streaming.Stream(request, chunks, plan, self._state.scripts, self._state.rules.dialect)
            return await stream.send(headers, with_usage=chat.include_usage)
        await asyncio.sleep(plan.whole_s)
        if plan.hold_after is not None:
            await self._state.scripts.hold()
        return web.json_response(streaming.completion(completion_id, chat.model, created, plan), headers=headers)

    async def _plain(self, script: Script) -> web.Response:
        """Answer with exactly the status and body that a test wrote."""
        await asyncio.sleep(self._state.rules.first_token_s if script.first_token_s is None else script.first_token_s)
        if script.hold:
            await self._state.scripts.hold()
        return control.plain_response(script)

    def _admit(self, entry: Entry) -> dict[str, str]:
        """The headers of an answer; raises Refused for one request too many in a minute."""
        wait_s, limits = self._state.take_request(asyncio.get_running_loop().time())
        headers = {"x-request-id": f"req_{entry.number:08}", "openai-version": "2020-10-01", **limits}
        if wait_s > 0:
            headers["Retry-After"] = str(math.ceil(wait_s))
            raise refusals.too_many(self._state.rules.requests_per_min, wait_s, headers)
        return headers


async def _read(request: web.Request, most_bytes: int) -> bytes:
    """The body; raises Refused as soon as it is too large."""
    taken: list[bytes] = []
    size = 0
    async for data in request.content.iter_any():
        size += len(data)
        if size > most_bytes:
            raise refusals.too_large(most_bytes)
        taken.append(data)
    return b"".join(taken)


async def _meet(fault: Fault, request: web.Request) -> web.Response | None:
    if fault.kind is FaultKind.LIMITED:
        raise refusals.too_many(0, fault.retry_after_s, {"Retry-After": f"{fault.retry_after_s:g}"})
    return await faults.meet(fault, request)


async def _no_such_route(request: web.Request) -> web.Response:
    known: dict[str, Any] = {"/v1/chat/completions": "POST", "/v1/models": "GET"}
    path = "/v1/" + request.match_info["rest"]
    if path in known:
        message = f"Not allowed to {request.method} on {path}."
        return Refused(405, message, code="method_not_supported").response()
    return Refused(404, f"Invalid URL ({request.method} {path})").response()
