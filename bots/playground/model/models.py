"""The list of models (https://platform.openai.com/docs/api-reference/models)."""

from aiohttp import web

from bots.playground import faults
from bots.playground.model import refusals, requests
from bots.playground.model.refusals import Refused
from bots.playground.model.state import State

_OPERATION = "models"
_CREATED = 1_767_225_600


def routes(state: State) -> list[web.RouteDef]:
    """`GET /v1/models` and `GET /v1/models/{id}`."""

    async def answer(request: web.Request) -> web.Response:
        fault = state.faults.take(_OPERATION)
        met = await faults.meet(fault, request) if fault is not None else None
        if met is not None:
            return met
        try:
            requests.check_key(request.headers, state.rules)
            return web.json_response(_body(state, request.match_info.get("id")))
        except Refused as refused:
            return refused.response()

    return [web.get("/v1/models", answer), web.get("/v1/models/{id:.+}", answer)]


def _body(state: State, model: str | None) -> dict[str, object]:
    if model is None:
        return {"object": "list", "data": [_described(one) for one in state.rules.models]}
    if model not in state.rules.models:
        raise refusals.no_such_model(model)
    return _described(model)


def _described(model: str) -> dict[str, object]:
    return {"id": model, "object": "model", "created": _CREATED, "owned_by": "playground"}
