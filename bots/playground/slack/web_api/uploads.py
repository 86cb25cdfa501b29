"""files.getUploadURLExternal, files.completeUploadExternal, files.delete, and the address that files are sent to.

docs.slack.dev/messaging/working-with-files#uploading_files: a file is announced, its bytes are sent to the address that
is given for it, and completing it shares it. Slack shares it a moment after it has answered.
"""

import asyncio
import mimetypes
from typing import Any

from aiohttp import web

from bots.playground.slack import addresses, blocks
from bots.playground.slack.backend import Backend
from bots.playground.slack.channels import Channel
from bots.playground.slack.errors import SlackError, invalid_arguments
from bots.playground.slack.limits import Tier
from bots.playground.slack.messages import Json, Message
from bots.playground.slack.uploading import Upload
from bots.playground.slack.web_api import files, posting
from bots.playground.slack.web_api.calling import Call, Method
from bots.playground.slack.world import StoredFile


def get_url(call: Call) -> Json:
    """docs.slack.dev/reference/methods/files.getUploadURLExternal"""
    name, length = call.required("filename"), call.number("length", 0)
    if length <= 0:
        raise invalid_arguments("must be greater than 0 [json-pointer:/length]")
    file_id = call.backend.world.new_id("F")
    call.backend.uploads.open[file_id] = Upload(name, length)
    return {"file_id": file_id, "upload_url": addresses.absolute(call.request, "upload", id=file_id)}


async def take(backend: Backend, request: web.Request) -> web.Response:
    """`upload_url`: the bytes of one file, as many as were announced, as they are or as a form's file.

    docs.slack.dev/reference/methods/files.getUploadURLExternal#usage-info
    """
    upload = backend.uploads.open.get(request.match_info["id"])
    if upload is None:
        return web.Response(status=404)
    content = await _sent(request)
    if len(content) != upload.length:
        return web.Response(status=400, text=f"{len(content)} bytes instead of {upload.length}")
    upload.content = content
    return web.Response(text=f"OK - {len(content)}")


async def _sent(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    try:
        sent = [value for value in (await request.post()).values() if isinstance(value, web.FileField)]
    except ValueError:
        return b""
    return sent[0].file.read() if sent else b""


def complete(call: Call) -> Json:
    """docs.slack.dev/reference/methods/files.completeUploadExternal: without a channel the files stay private."""
    given = call.structure("files")
    if not isinstance(given, list) or not given or not all(isinstance(one, dict) for one in given):
        raise invalid_arguments("missing required field: files")
    channels = _channels(call)
    if len(channels) > 1 and call.args.get("thread_ts") is not None:
        raise invalid_arguments("provide only one channel with thread_ts [json-pointer:/thread_ts]")
    root = posting.root_ts(call, channels[0]) if channels else None
    author, shown = posting.author_of(call), _blocks(call)
    sent = [(str(one.get("id")), _sent_upload(call, one), str(one.get("title") or "")) for one in given]
    stored = [_stored(call, file_id, upload, title) for file_id, upload, title in sent]
    for channel in channels:
        message = Message(
            ts="",
            channel=channel.id,
            author=author,
            team=call.backend.world.team.id,
            text=call.text("initial_comment") or "",
            subtype="file_share",
            thread_ts=root,
            files=[files.written(call.request, file) for file in stored],
            blocks=shown or None,
        )
        call.backend.start(_share(call.backend, channel, message, stored))
    return {"files": [files.written(call.request, file) for file in stored]}


def _channels(call: Call) -> list[Channel]:
    """Where the files are shared: `channel_id`, or `channels` and people divided by commas."""
    named = call.text("channel_id") or call.text("channels") or ""
    each = [name.strip() for name in named.split(",") if name.strip()]
    return [
        Call(call.backend, call.request, call.method, {"channel": name}, None).channel_to_write(by_name=True)
        for name in each
    ]


def _sent_upload(call: Call, given: dict[str, Any]) -> Upload:
    upload = call.backend.uploads.open.get(str(given.get("id")))
    if upload is None or upload.content is None:
        raise SlackError("file_not_found")
    return upload


def _stored(call: Call, file_id: str, upload: Upload, title: str) -> StoredFile:
    world = call.backend.world
    call.backend.uploads.open.pop(file_id, None)
    mimetype = mimetypes.guess_type(upload.name)[0] or "text/plain"
    file = StoredFile(
        file_id, upload.name, mimetype, upload.content or b"", world.me.id, int(world.clock()), title=title
    )
    world.files[file_id] = file
    return file


def _blocks(call: Call) -> list[Json]:
    """Blocks go below the files unless there is a comment. A `markdown` block is none that Slack takes here: it answers
    `internal_error` (github.com/slackapi/python-slack-sdk/issues/1756)."""
    given = call.structure("blocks", "invalid_blocks_format")
    if given is None or call.text("initial_comment"):
        return []
    checked = blocks.checked(given, call.backend.world.new_id)
    if any(block["type"] == "markdown" for block in checked):
        raise SlackError("internal_error")
    return checked


async def _share(backend: Backend, channel: Channel, message: Message, stored: list[StoredFile]) -> None:
    await asyncio.sleep(backend.rules.share_delay_s)
    message.ts = backend.world.timestamps.take()
    for file in stored:
        file.shares.setdefault(channel.id, []).append(message.ts)
    backend.messaging.post(channel, message)


def delete(call: Call) -> Json:
    """docs.slack.dev/reference/methods/files.delete: the file, and the messages that only share it."""
    backend = call.backend
    file = backend.world.files.get(call.text("file") or "")
    if file is None:
        raise SlackError("file_not_found")
    if file.user_id != backend.world.me.id:
        raise SlackError("cant_delete_file")
    del backend.world.files[file.id]
    for channel_id, stamps in file.shares.items():
        channel = backend.world.channels[channel_id]
        for message in [channel.messages[ts] for ts in stamps if ts in channel.messages]:
            backend.messaging.delete(channel, message)
    return {}


_WRITE = ("files:write",)
METHODS = (
    Method("files.getUploadURLExternal", get_url, Tier.FOUR, _WRITE),
    Method("files.completeUploadExternal", complete, Tier.FOUR, _WRITE),
    Method("files.delete", delete, Tier.THREE, _WRITE),
)
