"""views.open, views.push, views.update, views.publish."""

from typing import Any

from bots.playground.slack.errors import SlackError, invalid_arguments
from bots.playground.slack.limits import Tier
from bots.playground.slack.messages import Json
from bots.playground.slack.views import View
from bots.playground.slack.web_api.calling import Call, Method


def open_(call: Call) -> Json:
    """docs.slack.dev/reference/methods/views.open"""
    body = _body(call)
    call.backend.views.checked(body, "modal")
    return _shown(call, call.backend.views.open(_exchange(call), body))


def push(call: Call) -> Json:
    """docs.slack.dev/reference/methods/views.push"""
    body = _body(call)
    call.backend.views.checked(body, "modal")
    return _shown(call, call.backend.views.push(_exchange(call), body))


def update(call: Call) -> Json:
    """docs.slack.dev/reference/methods/views.update"""
    body = _body(call)
    if not call.text("view_id") and not call.text("external_id"):
        raise invalid_arguments("missing required field: view_id")
    view = call.backend.views.find(call.text("view_id"), call.text("external_id"))
    return _shown(call, call.backend.views.update(view, body, call.text("hash")))


def publish(call: Call) -> Json:
    """docs.slack.dev/reference/methods/views.publish"""
    user_id = call.required("user_id")
    if user_id not in call.backend.world.users:
        raise SlackError("user_not_found")
    return _shown(call, call.backend.views.publish(user_id, _body(call), call.text("hash")))


def _body(call: Call) -> Any:
    body = call.structure("view")
    if body is None:
        raise invalid_arguments("missing required field: view")
    return body


def _exchange(call: Call) -> str:
    """The person whose trigger id a call brings (docs.slack.dev/interactivity/handling-user-interaction)."""
    trigger_id = call.text("trigger_id") or call.text("interactivity_pointer")
    if not trigger_id:
        raise invalid_arguments("missing required field: trigger_id")
    backend = call.backend
    return backend.triggers.exchange(trigger_id, backend.now(), backend.rules.trigger_lifetime_s)


def _shown(call: Call, view: View) -> Json:
    return {"view": view.as_slack(call.backend.world)}


METHODS = (
    Method("views.open", open_, Tier.FOUR),
    Method("views.push", push, Tier.FOUR),
    Method("views.update", update, Tier.FOUR),
    Method("views.publish", publish, Tier.FOUR),
)
