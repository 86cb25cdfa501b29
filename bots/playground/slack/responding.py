"""Answers to an interaction: in its acknowledgement, or later at its response address.

docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

import json
from typing import Any

from aiohttp import web

from bots.playground.faults import FaultKind, hang_up, meet
from bots.playground.slack import blocks
from bots.playground.slack.backend import Backend
from bots.playground.slack.channels import Channel
from bots.playground.slack.errors import SlackError
from bots.playground.slack.messages import Json, Message
from bots.playground.slack.response_urls import ResponseUrl


async def serve(backend: Backend, request: web.Request) -> web.StreamResponse:
    """`POST /response/{key}`: `ok` as plain text, or 404 for an address that is used up or too old."""
    fault = backend.faults.take("response_url")
    answer = None if fault is None else await meet(fault, request)
    if answer is not None:
        return answer
    rules = backend.rules
    try:
        given = _body(await request.text())
        key = request.match_info["key"]
        url = backend.responses.use(key, backend.now(), rules.response_url_uses, rules.response_url_lifetime_s)
        _answer(backend, url, given)
    except SlackError as refusal:
        status = 404 if refusal.code in ("used_url", "expired_url") else 400
        return web.json_response({"ok": False, "error": refusal.code}, status=status)
    if fault is not None and fault.kind is FaultKind.LOSE:
        hang_up(request)
    return web.Response(text="ok")


def _body(text: str) -> Json:
    try:
        given = json.loads(text)
    except ValueError:
        raise SlackError("invalid_payload") from None
    if not isinstance(given, dict):
        raise SlackError("invalid_payload")
    return given


def _answer(backend: Backend, url: ResponseUrl, given: Json) -> None:
    channel = backend.world.channels[url.channel_id]
    if given.get("delete_original") in (True, "true"):
        return _delete_original(backend, channel, url)
    if given.get("replace_original") in (True, "true"):
        return _replace_original(backend, channel, url, given)
    thread_ts = given.get("thread_ts") or url.thread_ts
    return show(backend, url.user_id, channel, given, str(thread_ts) if thread_ts else None)


def _content(backend: Backend, given: Json) -> Json:
    checked = given.get("blocks")
    content: Json = {
        "text": str(given.get("text") or ""),
        "blocks": None if checked is None else blocks.checked(blocks.decoded(checked), backend.world.new_id),
        "attachments": given.get("attachments"),
    }
    if not any(content.values()):
        raise SlackError("no_text")
    return content


def show(backend: Backend, user_id: str, channel: Channel, given: Json, thread_ts: str | None = None) -> None:
    """Show an answer to one person, or with `response_type: in_channel` to everybody."""
    content = _content(backend, given)
    if given.get("response_type") != "in_channel":
        backend.messaging.show_ephemeral(channel.id, user_id, {**content, "thread_ts": thread_ts})
        return
    world = backend.world
    message = Message(world.timestamps.take(), channel.id, world.author(world.me), world.team.id, **content)
    message.thread_ts = thread_ts if thread_ts in channel.messages else None
    backend.messaging.post(channel, message)


def _replace_original(backend: Backend, channel: Channel, url: ResponseUrl, given: Json) -> None:
    content = _content(backend, given)
    original = _original(backend, channel, url)
    if isinstance(original, Message):
        backend.messaging.change(channel, original, **content)
    else:
        backend.messaging.change_ephemeral(original, content)


def _delete_original(backend: Backend, channel: Channel, url: ResponseUrl) -> None:
    original = _original(backend, channel, url)
    if isinstance(original, Message):
        backend.messaging.delete(channel, original)
    else:
        backend.messaging.delete_ephemeral(original)


def _original(backend: Backend, channel: Channel, url: ResponseUrl) -> Any:
    """The message that was acted on, or the id of the ephemeral one."""
    ts = url.message_ts or ""
    if ts in backend.messaging.ephemerals:
        return ts
    if ts not in channel.messages:
        raise SlackError("message_not_found")
    return channel.messages[ts]
