"""files.info, and the addresses that files are fetched from."""

import re

from aiohttp import web

from bots.playground import faults
from bots.playground.slack import addresses
from bots.playground.slack.backend import Backend
from bots.playground.slack.channels import ChannelKind
from bots.playground.slack.errors import SlackError
from bots.playground.slack.limits import Tier
from bots.playground.slack.messages import Json
from bots.playground.slack.web_api.calling import Call, Method
from bots.playground.slack.world import StoredFile

_UNSAFE = re.compile(r"[^a-z0-9._-]")


def written(request: web.Request, file: StoredFile) -> Json:
    """The file object (docs.slack.dev/reference/objects/file-object), with addresses on this server."""
    address = addresses.absolute(request, "file", id=file.id, name=_UNSAFE.sub("_", file.name.lower()))
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": file.name.rpartition(".")[2].lower(),
        "user": file.user_id,
        "size": len(file.content),
        "mode": "hosted",
        "is_external": False,
        "is_public": True,
        "url_private": address,
        "url_private_download": address,
        "file_access": "visible",
    }


def info(call: Call) -> Json:
    """docs.slack.dev/reference/methods/files.info"""
    file = call.backend.world.files.get(call.text("file") or "")
    if file is None:
        raise SlackError("file_not_found")
    shown = written(call.request, file) | {"shares": _shares(call, file)}
    return {"file": shown, "comments": [], "response_metadata": {"next_cursor": ""}}


def _shares(call: Call, file: StoredFile) -> Json:
    """Where the file was shared: public channels apart from all others."""
    shares: Json = {}
    for channel_id, stamps in file.shares.items():
        is_public = call.backend.world.channels[channel_id].kind is ChannelKind.PUBLIC
        kind = "public" if is_public else "private"
        shares.setdefault(kind, {})[channel_id] = [{"ts": ts} for ts in stamps]
    return shares


async def fetch(backend: Backend, request: web.Request) -> web.Response:
    """`url_private`: the bytes for a token with `files:read`, and for any other the page to sign in on, as HTTP 200."""
    file = backend.world.files.get(request.match_info["id"])
    if file is None:
        return web.Response(status=404)
    fault = backend.faults.take("file")
    if fault is not None and (refusal := await faults.meet(fault, request)) is not None:
        return refusal
    allowed = request.headers.get("Authorization") == f"Bearer {backend.world.bot_token}"
    if not allowed or "files:read" not in backend.rules.scopes:
        return web.Response(text="<!DOCTYPE html><title>Sign in | Slack</title>", content_type="text/html")
    return web.Response(body=file.content, content_type=file.mimetype)


METHODS = (Method("files.info", info, Tier.FOUR, ("files:read",)),)
