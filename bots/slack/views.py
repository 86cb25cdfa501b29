"""What Slack's forms are made of: docs.slack.dev/reference/block-kit/block-elements."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from bots.slack import passages

# docs.slack.dev/reference/block-kit/block-elements/select-menu-element, and its option object: 75 characters to read.
MOST_OPTIONS = 100
OPTION_LIMIT = 75
NOTHING = "-"
MORE = "more_room"
# What of a view is given again when it is changed: docs.slack.dev/reference/views.
KEPT = ("type", "callback_id", "private_metadata", "title", "submit", "close")


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


def long_text(block_id: str, label: str, text: str, placeholder: str) -> tuple[list[dict[str, Any]], str]:
    """The inputs of a text that may be longer than one takes, with one more to go on in, and its joints.

    A button adds further ones. None of them has to be filled in: what is missing is said by whoever is given the text.
    """
    cut, joints = passages.cut(text)
    limit = passages.INPUT_LIMIT
    blocks = [text_input(block_id, label, cut[0], placeholder, limit, multiline=True, optional=True)]
    for number, passage in enumerate([*cut[1:], ""][: passages.MOST - 1], 2):
        blocks.append(_going_on(block_id, number, passage))
    if len(blocks) < passages.MOST:
        blocks.append({"type": "actions", "block_id": MORE, "elements": [button(MORE, "More room", block_id)]})
    return blocks, joints


def with_more_room(view: dict[str, Any], block_id: str) -> dict[str, Any]:
    """The form with one more input for its long text; what was entered stays in the others."""
    blocks: list[dict[str, Any]] = list(view["blocks"])
    at = next((at for at, block in enumerate(blocks) if block["block_id"] == MORE), len(blocks))
    number = 1 + sum(block["block_id"] == block_id or block["block_id"].startswith(f"{block_id}_") for block in blocks)
    if number <= passages.MOST:
        blocks.insert(at, _going_on(block_id, number, ""))
    if number >= passages.MOST:
        blocks = [block for block in blocks if block["block_id"] != MORE]
    return {name: view[name] for name in KEPT if view.get(name)} | {"blocks": blocks}


def _going_on(block_id: str, number: int, passage: str) -> dict[str, Any]:
    name = f"{block_id}_{number}"
    return text_input(name, "It goes on", passage, "", passages.INPUT_LIMIT, multiline=True, optional=True)


def whole_text(view: dict[str, Any], block_id: str) -> str:
    """The text of a submitted form, put together again."""
    further = [f"{block_id}_{number}" for number in range(2, passages.MOST + 1)]
    cut = [entered(view, each) for each in (block_id, *further)]
    return passages.joined(cut, Origin.unpacked(view["private_metadata"]).joints)


def notice(text: str) -> dict[str, Any]:
    """A small window that says something, where nothing else can: in App Home there is no conversation."""
    section = {"type": "section", "text": _plain(text[: passages.INPUT_LIMIT])}
    return {"type": "modal", "title": _plain("Parley"), "close": _plain("Close"), "blocks": [section]}


def entered(view: dict[str, Any], block_id: str) -> str:
    """What a person typed into a field; empty when the form has no such field."""
    field = view["state"]["values"].get(block_id, {}).get(block_id, {})
    return field.get("value") or ""


def chosen(view: dict[str, Any], block_id: str) -> str:
    """The value that a person chose from a menu; empty for nothing, and when the form has no such menu."""
    option = view["state"]["values"].get(block_id, {}).get(block_id, {}).get("selected_option") or {}
    value = str(option.get("value") or "")
    return "" if value == NOTHING else value


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


def select(block_id: str, label: str, values: Iterable[str], now: str, nothing: str) -> dict[str, Any]:
    """A menu of one choice, of which the first is none at all."""
    listed = dict.fromkeys([*([now] if now else []), *values])
    options = [option(nothing, NOTHING), *(option(value, value) for value in listed)][:MOST_OPTIONS]
    initial = next((each for each in options if each["value"] == now), options[0])
    element = {"type": "static_select", "action_id": block_id, "options": options, "initial_option": initial}
    return {"type": "input", "block_id": block_id, "label": _plain(label), "element": element}


def option(text: str, value: str) -> dict[str, Any]:
    return {"text": _plain(text if len(text) <= OPTION_LIMIT else f"{text[: OPTION_LIMIT - 1]}…"), "value": value}


def button(action_id: str, label: str, value: str = "") -> dict[str, Any]:
    made = {"type": "button", "action_id": action_id, "text": _plain(label)}
    return made | {"value": value} if value else made


def _plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}
