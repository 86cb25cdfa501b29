"""What a message that an app sends may hold, shared by all methods that send one."""

import json
from dataclasses import dataclass, field
from typing import Any

from bots.playground.slack import blocks
from bots.playground.slack.errors import SlackError
from bots.playground.slack.messages import Json
from bots.playground.slack.timestamps import is_timestamp
from bots.playground.slack.web_api.calling import Call

TEXT_TRUNCATED_AT = 40_000
MARKDOWN_TEXT_LIMIT = 12_000
ATTACHMENTS_LIMIT = 100
METADATA_BYTES = 16_384


@dataclass(slots=True)
class Draft:
    """The content of a message; None means that a part was not given."""

    text: str | None
    blocks: list[Json] | None
    attachments: list[Json] | None
    metadata: Json | None
    warnings: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.text or "").strip() and not self.blocks and not self.attachments

    def warned(self, answer: Json) -> Json:
        """An answer with the warnings that Slack adds."""
        if not self.warnings:
            return answer
        return answer | {"warning": ",".join(self.warnings), "response_metadata": {"warnings": self.warnings}}


def read(call: Call) -> Draft:
    """The content that a call sends.

    docs.slack.dev/reference/methods/chat.postMessage: `markdown_text` goes with neither `text` nor `blocks`
    (`markdown_text_conflict`) and takes 12,000 characters (`msg_too_long`); text is cut after 40,000 with a warning.
    """
    given = call.structure("blocks", "invalid_blocks_format")
    checked = None if given is None else blocks.checked(given, call.backend.world.new_id)
    text = call.text("text")
    warnings = []
    markdown = call.text("markdown_text")
    if markdown is not None:
        checked = [_markdown_block(call, markdown, bool(text or checked))]
        text = markdown
    elif text is not None and len(text) > TEXT_TRUNCATED_AT:
        text = text[:TEXT_TRUNCATED_AT]
        warnings.append("message_truncated")
    return Draft(text, checked, _attachments(call), metadata(call), warnings)


def _markdown_block(call: Call, text: str, is_conflict: bool) -> Json:
    if is_conflict:
        raise SlackError("markdown_text_conflict")
    if not text.strip():
        raise SlackError("no_text")
    check_markdown_length(text)
    return {"type": "markdown", "text": text, "block_id": call.backend.world.new_id("b")}


def check_markdown_length(text: str) -> None:
    if len(text) > MARKDOWN_TEXT_LIMIT:
        raise SlackError("msg_too_long")


def _attachments(call: Call) -> list[Json] | None:
    given = call.structure("attachments", "invalid_attachments")
    if given is None:
        return None
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise SlackError("invalid_attachments")
    if len(given) > ATTACHMENTS_LIMIT:
        raise SlackError("too_many_attachments")
    return [_attachment(call, each) for each in given]


def _attachment(call: Call, given: Json) -> Json:
    """docs.slack.dev/reference/messaging/secondary-message-attachments: `blocks` keep the rules of all blocks."""
    if given.get("blocks") is None:
        return given
    try:
        return given | {"blocks": blocks.checked(given["blocks"], call.backend.world.new_id)}
    except SlackError as refusal:
        raise SlackError("invalid_attachments", **refusal.fields) from None


def metadata(call: Call) -> Json | None:
    """docs.slack.dev/messaging/message-metadata: an `event_type` and an `event_payload` of at most 16 KB."""
    given: Any = call.structure("metadata", "invalid_metadata_format")
    if given is None:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not isinstance(given.get("event_payload", ""), (dict, type(None))):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(given)) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return given


def thread_ts(call: Call) -> str | None:
    """The `thread_ts` argument; anything that is not a timestamp is `invalid_thread_ts`, an empty one as well."""
    given = call.args.get("thread_ts")
    if given is None:
        return None
    if not is_timestamp(given):
        shown = f"[ERROR] {given} is not a valid thread_ts"
        raise SlackError("invalid_thread_ts", response_metadata={"messages": [shown]})
    return str(given)
