"""The forms that Slack shows: making and changing a persona, and the workspace's prompt."""

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from bots.slack import passages
from storage.personas import NAME_LIMIT

PERSONA = "persona_form"
PROMPT = "prompt_form"
EDIT = "persona_edit"
NAME = "name"
TEXT = "text"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a form was asked for (App Home when it has no channel), and which persona it changes, if any.

    `joints` is how the passages of its text belong together.
    """

    channel_id: str
    channel_name: str
    persona: str = ""
    joints: str = ""

    def packed(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def unpacked(cls, metadata: str) -> "Origin":
        return cls(**json.loads(metadata))


def persona_form(origin: Origin, name: str = "", instruction: str = "") -> dict[str, Any]:
    """A form for a persona; the name is asked only when it is a new one."""
    blocks, joints = _passages("How should it answer?", instruction, "You are … Answer …")
    if not origin.persona:
        blocks.insert(0, text_input(NAME, "Name", name, "Pirate", NAME_LIMIT))
    return form(PERSONA, "Persona", replace(origin, joints=joints).packed(), blocks)


def prompt_form(origin: Origin, prompt: str) -> dict[str, Any]:
    blocks, joints = _passages("What should I always know or do in this workspace?", prompt, "")
    return form(PROMPT, "Workspace prompt", replace(origin, joints=joints).packed(), blocks)


def _passages(label: str, text: str, placeholder: str) -> tuple[list[dict[str, Any]], str]:
    """The inputs of a text that may be longer than one takes, with one more to go on in, and its joints."""
    cut, joints = passages.cut(text)
    blocks = [text_input(TEXT, label, cut[0], placeholder, passages.INPUT_LIMIT, multiline=True)]
    for number, passage in enumerate([*cut[1:], ""][: passages.MOST - 1], 2):
        block = text_input(
            f"{TEXT}_{number}", "It goes on", passage, "", passages.INPUT_LIMIT, multiline=True, optional=True
        )
        blocks.append(block)
    return blocks, joints


def whole_text(view: dict[str, Any]) -> str:
    """The text of a submitted form, put together again."""
    further = [f"{TEXT}_{number}" for number in range(2, passages.MOST + 1)]
    cut = [entered(view, block_id) for block_id in (TEXT, *further)]
    return passages.joined(cut, Origin.unpacked(view["private_metadata"]).joints)


def notice(text: str) -> dict[str, Any]:
    """A small window that says something, where nothing else can: in App Home there is no conversation."""
    section = {"type": "section", "text": _plain(text[: passages.INPUT_LIMIT])}
    return {"type": "modal", "title": _plain("Parley"), "close": _plain("Close"), "blocks": [section]}


def edit_button(persona: str) -> dict[str, Any]:
    button = {"type": "button", "action_id": EDIT, "text": _plain("Edit"), "value": persona}
    return {"type": "actions", "elements": [button]}


def entered(view: dict[str, Any], block_id: str) -> str:
    """What a person typed into a field; empty when the form has no such field."""
    field = view["state"]["values"].get(block_id, {}).get(block_id, {})
    return field.get("value") or ""


def form(
    callback_id: str, title: str, metadata: str, blocks: list[dict[str, Any]], submit: str = "Save"
) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": metadata,
        "title": _plain(title),
        "submit": _plain(submit),
        "close": _plain("Cancel"),
        "blocks": blocks,
    }


def text_input(
    block_id: str,
    label: str,
    value: str,
    placeholder: str,
    limit: int,
    *,
    multiline: bool = False,
    optional: bool = False,
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
    block = {"type": "input", "block_id": block_id, "label": _plain(label), "element": element}
    return block | {"optional": True} if optional else block


def _plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}
