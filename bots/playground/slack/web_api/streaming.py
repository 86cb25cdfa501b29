"""chat.startStream, chat.appendStream, chat.stopStream (docs.slack.dev/changelog/2025/10/7/chat-streaming)."""

from typing import Any

from bots.playground.slack import blocks
from bots.playground.slack.channels import Channel, ChannelKind
from bots.playground.slack.errors import SlackError, invalid_arguments
from bots.playground.slack.limits import Tier
from bots.playground.slack.messages import Json, Message
from bots.playground.slack.web_api import assistant, drafts
from bots.playground.slack.web_api.calling import Call, Method
from bots.playground.slack.web_api.posting import author_of

CHUNK_TEXT_LIMIT = 256
_CHUNKS = {
    "markdown_text": ("text",),
    "task_update": ("id", "title", "status"),
    "plan_update": ("title",),
    "blocks": ("blocks",),
}
_DISPLAY_MODES = (None, "timeline", "plan", "dense")
_TASK_STATUSES = ("pending", "in_progress", "complete", "error")


def start(call: Call) -> Json:
    """docs.slack.dev/reference/methods/chat.startStream

    A stream is a reply: without `thread_ts` it is `invalid_thread_ts`. In channels it needs its recipient
    (`missing_recipient_team_id`, `missing_recipient_user_id`).
    """
    channel = call.channel_to_write()
    thread_ts = drafts.thread_ts(call)
    root = None if thread_ts is None else channel.root_of(thread_ts)
    if root is None:
        raise SlackError("invalid_thread_ts")
    if channel.kind is not ChannelKind.DIRECT:
        _check_recipient(call)
    if call.text("task_display_mode") not in _DISPLAY_MODES:
        raise invalid_arguments("must be a valid enum value [json-pointer:/task_display_mode]")
    addition = _addition(call)
    backend = call.backend
    message = Message(
        ts=backend.world.timestamps.take(),
        channel=channel.id,
        author=author_of(call),
        team=backend.world.team.id,
        text=addition,
        thread_ts=root.ts,
        extra={"streaming_state": "in_progress"},
    )
    backend.streams.open(message, backend.now())
    backend.messaging.post(channel, message)
    if backend.rules.is_agent:
        backend.threads.set_session(channel.id, root.ts, "processing")
    return {"channel": channel.id, "ts": message.ts}


def _check_recipient(call: Call) -> None:
    for name in ("recipient_team_id", "recipient_user_id"):
        if not call.text(name):
            raise SlackError(f"missing_{name}")


def append(call: Call) -> Json:
    """docs.slack.dev/reference/methods/chat.appendStream"""
    channel, message = _open_stream(call)
    addition = _addition(call)
    if call.text("markdown_text") is None and call.args.get("chunks") is None:
        raise SlackError("no_text")
    call.backend.messaging.change(channel, message, silently=True, text=(message.text or "") + addition)
    return {"channel": channel.id, "ts": message.ts}


def stop(call: Call) -> Json:
    """docs.slack.dev/reference/methods/chat.stopStream: blocks are shown below the text."""
    channel, message = _open_stream(call)
    text = (message.text or "") + _addition(call)
    given = call.structure("blocks", "invalid_blocks_format")
    below = None if given is None else blocks.checked(given, call.backend.world.new_id)
    status = assistant.session_status("session_status", call.text("session_status") or "active")
    extra = message.extra | {"streaming_state": "completed"}
    metadata = drafts.metadata(call) or message.metadata
    call.backend.streams.close(message)
    call.backend.messaging.change(channel, message, text=text, blocks=below, extra=extra, metadata=metadata)
    if call.backend.rules.is_agent and message.thread_ts is not None:
        call.backend.threads.set_session(channel.id, message.thread_ts, status)
    return {"channel": channel.id, "ts": message.ts, "message": message.as_slack(with_metadata=True)}


def _open_stream(call: Call) -> tuple[Channel, Message]:
    """The stream that a call means, or why it cannot be written to."""
    channel = call.channel()
    message = channel.messages.get(call.required("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if not call.backend.world.is_mine(message):
        raise SlackError("message_not_owned_by_app")
    backend = call.backend
    if backend.streams.was_stopped_by_user(message):
        raise SlackError("stopped_by_user")
    if not backend.streams.is_open(message, backend.now(), backend.rules.stream_lifetime_s):
        raise SlackError("message_not_in_streaming_state")
    return channel, message


def _addition(call: Call) -> str:
    """The text that a call adds; each piece takes 12,000 characters, a task's or plan's title 256."""
    markdown = call.text("markdown_text")
    chunks = call.structure("chunks", "invalid_chunks")
    if markdown is not None and chunks is not None:
        raise invalid_arguments("markdown_text and chunks are mutually exclusive")
    if markdown is not None:
        drafts.check_markdown_length(markdown)
        return markdown
    if chunks is None:
        return ""
    if not isinstance(chunks, list) or not all(_is_chunk(chunk) for chunk in chunks):
        raise SlackError("invalid_chunks")
    return "".join(_chunk_text(chunk) for chunk in chunks)


def _is_chunk(chunk: Any) -> bool:
    """docs.slack.dev/reference/methods/chat.appendStream#using-the-chunks-parameter"""
    needed = _CHUNKS.get(str(chunk.get("type"))) if isinstance(chunk, dict) else None
    if needed is None or not all(chunk.get(name) for name in needed):
        return False
    return chunk["type"] != "task_update" or chunk["status"] in _TASK_STATUSES


def _chunk_text(chunk: Json) -> str:
    if chunk["type"] == "markdown_text":
        text = str(chunk.get("text", ""))
        drafts.check_markdown_length(text)
        return text
    if len(str(chunk.get("title", ""))) > CHUNK_TEXT_LIMIT:
        raise SlackError("msg_too_long")
    return ""


_WRITE = ("chat:write",)
METHODS = (
    Method("chat.startStream", start, Tier.TWO, _WRITE),
    Method("chat.appendStream", append, Tier.FOUR, _WRITE),
    Method("chat.stopStream", stop, Tier.TWO, _WRITE),
)
