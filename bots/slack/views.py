"""The forms that Slack shows: making and changing a persona, and the workspace's prompt."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from storage.personas import NAME_LIMIT

PERSONA = "persona_form"
PROMPT = "prompt_form"
EDIT = "persona_edit"
NAME = "name"
TEXT = "text"
# docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element
INPUT_LIMIT = 3_000


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a form was asked for, and which persona it changes (none when it makes one)."""

    channel_id: str
    channel_name: str
    persona: str = ""

    def packed(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def unpacked(cls, metadata: str) -> "Origin":
        return cls(**json.loads(metadata))


def persona_form(origin: Origin, name: str = "", instruction: str = "") -> dict[str, Any]:
    """A form for a persona; the name is asked only when it is a new one."""
    blocks = [_input(TEXT, "How should it answer?", instruction, "You are … Answer …", INPUT_LIMIT, multiline=True)]
    if not origin.persona:
        blocks.insert(0, _input(NAME, "Name", name, "Pirate", NAME_LIMIT))
    return _form(PERSONA, "Persona", origin, blocks)


def prompt_form(origin: Origin, prompt: str) -> dict[str, Any]:
    hint = "What should I always know or do in this workspace?"
    return _form(PROMPT, "Workspace prompt", origin, [_input(TEXT, hint, prompt, "", INPUT_LIMIT, multiline=True)])


def edit_button(persona: str) -> dict[str, Any]:
    button = {"type": "button", "action_id": EDIT, "text": _plain("Edit"), "value": persona}
    return {"type": "actions", "elements": [button]}


def entered(view: dict[str, Any], block_id: str) -> str:
    """What a person typed into a field; empty when the form has no such field."""
    field = view["state"]["values"].get(block_id, {}).get(block_id, {})
    return field.get("value") or ""


def _form(callback_id: str, title: str, origin: Origin, blocks: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": origin.packed(),
        "title": _plain(title),
        "submit": _plain("Save"),
        "close": _plain("Cancel"),
        "blocks": blocks,
    }


def _input(
    block_id: str, label: str, value: str, placeholder: str, limit: int, *, multiline: bool = False
) -> dict[str, Any]:
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": block_id,
        "multiline": multiline,
        "max_length": limit,
    }
    if value:
        element["initial_value"] = value
    if placeholder:
        element["placeholder"] = _plain(placeholder)
    return {"type": "input", "block_id": block_id, "label": _plain(label), "element": element}


def _plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}
