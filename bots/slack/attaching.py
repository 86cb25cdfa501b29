"""A text as a file in a thread: docs.slack.dev/messaging/working-with-files#uploading_files."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import web
from core.errors import Kind, PlatformTrouble

log = structlog.get_logger()

# What Slack answers, beside saying what is invalid, to blocks that it does not take with a file.
REFUSED = frozenset({"internal_error"})
# Slack shares a file a moment after it has answered, and says where in `files.info`.
LOOK_AFTER_S = (0.2, 0.3, 0.5, 1.0, 2.0)


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that was shared: the message that shows it or, when Slack does not say in time, the file (`F…`)."""

    message_id: str
    has_blocks: bool


async def attach(
    client: AsyncWebClient, channel_id: str, thread_ts: str, name: str, text: str, more: dict[str, Any]
) -> Attached:
    """Share a file, with blocks below it where Slack takes them; `more` is what else goes with its message.

    docs.slack.dev/reference/methods/files.completeUploadExternal: `blocks` are taken in place of a comment.
    """

    async def upload(**how: Any) -> str:
        sharing: dict[str, Any] = {
            "channel": channel_id,
            "thread_ts": thread_ts,
            "filename": name,
            "title": name,
            "content": text,
        }
        answer = await web.call(client.files_upload_v2(**sharing, **how))
        return str(answer["files"][0]["id"])

    try:
        file_id, is_whole = await upload(**{key: written(value) for key, value in more.items()}), True
    except PlatformTrouble as trouble:
        if not more or (trouble.kind is not Kind.INVALID and trouble.code not in REFUSED):
            raise
        log.info("file.without_blocks", code=trouble.code)
        file_id, is_whole = await upload(), False
    return Attached(await _message_of(client, channel_id, file_id), has_blocks=is_whole and "blocks" in more)


def written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


async def _message_of(client: AsyncWebClient, channel_id: str, file_id: str) -> str:
    for pause_s in LOOK_AFTER_S:
        await asyncio.sleep(pause_s)
        if found := await _shared_at(client, channel_id, file_id):
            return found
    return file_id


async def remove(client: AsyncWebClient, file_id: str) -> None:
    await web.call(client.files_delete(file=file_id))


def is_file(message_id: str) -> bool:
    """Whether this is a file's id in place of a message's timestamp."""
    return message_id.startswith("F")


def names(message: dict[str, Any]) -> list[str]:
    """The files that a message shows."""
    return [str(file.get("name")) for file in message.get("files") or [] if isinstance(file, dict)]


async def _shared_at(client: AsyncWebClient, channel_id: str, file_id: str) -> str:
    try:
        file = (await web.call(client.files_info(file=file_id)))["file"]
    except PlatformTrouble as trouble:
        log.info("share.not_found", file=file_id, code=trouble.code)
        return ""
    shares = file.get("shares") or {}
    stamps = [share["ts"] for kind in shares.values() for share in kind.get(channel_id, ())]
    return str(stamps[0]) if stamps else ""
