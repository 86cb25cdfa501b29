"""chat.update (docs.slack.dev/reference/methods/chat.update)."""

from typing import Any

from bots.playground.slack.errors import SlackError
from bots.playground.slack.limits import Tier
from bots.playground.slack.messages import Json, Message
from bots.playground.slack.web_api import drafts
from bots.playground.slack.web_api.calling import Call, Method
from bots.playground.slack.web_api.drafts import Draft

TEXT_LIMIT = 4000


def update(call: Call) -> Json:
    """Change a message of the app's own.

    Refuses text of more than 4,000 characters (`msg_too_long`), messages of others (`cant_update_message`), those
    that are not there (`message_not_found`) and those that still stream (`streaming_state_conflict`).
    """
    channel = call.channel()
    if channel.is_archived:
        raise SlackError("is_archived")
    message = _own(call, channel.messages.get(call.required("ts")))
    if len(call.text("text") or "") > TEXT_LIMIT:
        raise SlackError("msg_too_long")
    draft = drafts.read(call)
    if call.args.get("text") is None and draft.text is None and draft.blocks is None and draft.attachments is None:
        raise SlackError("no_text")
    fields = _fields(call, message, draft)
    if not (fields["text"] or "").strip() and not fields["blocks"] and not fields["attachments"]:
        raise SlackError("no_text")
    call.backend.messaging.change(channel, message, **fields)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": message.as_slack(with_metadata=True),
    }


def _own(call: Call, message: Message | None) -> Message:
    if message is None:
        raise SlackError("message_not_found")
    if not call.backend.world.is_mine(message) or message.subtype == "tombstone":
        raise SlackError("cant_update_message")
    if call.backend.streams.is_open(message, call.backend.now(), call.backend.rules.stream_lifetime_s):
        raise SlackError("streaming_state_conflict")
    return message


def _fields(call: Call, message: Message, draft: Draft) -> dict[str, Any]:
    """What changes: text without blocks takes the old blocks away and shows "(edited)"; blocks do not show it.

    Attachments and metadata that are not given stay; an empty list takes attachments away.
    """
    fields: dict[str, Any] = {"text": message.text, "blocks": message.blocks, "attachments": message.attachments}
    if draft.text is not None:
        fields["text"] = draft.text
        fields["blocks"] = None
    if draft.blocks is not None:
        fields["blocks"] = draft.blocks or None
    elif draft.text is not None:
        fields["edited"] = {"user": call.backend.world.me.id, "ts": call.backend.world.timestamps.take()}
    if draft.attachments is not None:
        fields["attachments"] = draft.attachments or None
    if draft.metadata is not None:
        fields["metadata"] = draft.metadata
    return fields


METHODS = (Method("chat.update", update, Tier.THREE, ("chat:write",)),)
