"""The rules of Block Kit for messages and views (docs.slack.dev/reference/block-kit/blocks).

A block list that breaks one is refused with `invalid_blocks` and an explanation; too much text in all is
`msg_blocks_too_long`.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from bots.playground.slack import element_rules
from bots.playground.slack.compositions import PLAIN, check_lengths, check_text, invalid
from bots.playground.slack.errors import SlackError
from bots.playground.slack.messages import Json

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MARKDOWN_TOTAL = 12_000
TEXT_TOTAL = 13_200

_UNCHECKED = {"call", "video", "plan", "task_card", "alert", "card", "carousel", "container", "auth_provider",
              "data_table", "data_visualization", "divider", "share_shortcut"}  # fmt: skip
_ELEMENT_LIMITS = {"actions": 25, "context": 10, "context_actions": 5}
_ELEMENTS = {
    "actions": element_rules.IN_ACTIONS,
    "context": {"image"},
    "context_actions": element_rules.IN_CONTEXT_ACTIONS,
}
_MESSAGES_ONLY = {"context_actions", "markdown", "table", "plan", "task_card"}


def checked(blocks: Any, new_id: Callable[[str], str], *, in_view: bool = False) -> list[Json]:
    """The blocks with the ids that Slack gives to those without; raises the `SlackError` of a broken rule."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise SlackError("invalid_blocks_format")
    limit = VIEW_BLOCKS if in_view else MESSAGE_BLOCKS
    if len(blocks) > limit:
        raise invalid(f"no more than {limit} items allowed [json-pointer:/blocks]")
    for place, block in enumerate(blocks):
        _check_block(block, f"/blocks/{place}", _MESSAGES_ONLY if in_view else set())
    if not in_view:
        _check_totals(blocks)
    named = [_named(block, new_id) for block in blocks]
    ids = [block["block_id"] for block in named]
    if len(set(ids)) < len(ids):
        raise invalid("`block_id` must be unique in the list [json-pointer:/blocks]")
    return named


def _named(block: Json, new_id: Callable[[str], str]) -> Json:
    named = block if "block_id" in block else block | {"block_id": new_id("b")}
    if isinstance(named.get("elements"), list) and named["type"] in ("actions", "context_actions"):
        elements = [e if "action_id" in e else e | {"action_id": new_id("a")} for e in named["elements"]]
        return named | {"elements": elements}
    for slot in ("accessory", "element"):
        element = named.get(slot)
        if isinstance(element, dict) and "action_id" not in element and element.get("type") != "image":
            return named | {slot: element | {"action_id": new_id("a")}}
    return named


def _check_totals(blocks: list[Json]) -> None:
    """docs.slack.dev/reference/block-kit/blocks/markdown-block: 12,000 characters in all of a message's."""
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > MARKDOWN_TOTAL or sum(map(len, _texts(blocks))) > TEXT_TOTAL:
        raise SlackError("msg_blocks_too_long")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        for item in value.values():
            if isinstance(item, (list, dict)):
                yield from _texts(item)


def _check_block(block: Json, where: str, excluded: set[str]) -> None:
    kind = str(block.get("type"))
    check = _CHECKS.get(kind)
    if (check is None and kind not in _UNCHECKED) or kind in excluded:
        raise invalid(f"unsupported type: {kind} [json-pointer:{where}/type]")
    check_lengths(block, where)
    if check is not None:
        check(block, where)


def _check_section(block: Json, where: str) -> None:
    """docs.slack.dev/reference/block-kit/blocks/section-block"""
    fields = block.get("fields")
    if block.get("text") is None and not fields:
        raise invalid(f"missing required field: text [json-pointer:{where}]")
    if block.get("text") is not None:
        check_text(block["text"], f"{where}/text", 3000)
    if fields is not None and (not isinstance(fields, list) or len(fields) > 10):
        raise invalid(f"no more than 10 items allowed [json-pointer:{where}/fields]")
    for place, each in enumerate(fields or []):
        check_text(each, f"{where}/fields/{place}", 2000)
    if "accessory" in block:
        element_rules.check(block["accessory"], f"{where}/accessory", element_rules.IN_SECTIONS)


def _check_header(block: Json, where: str) -> None:
    """docs.slack.dev/reference/block-kit/blocks/header-block"""
    check_text(block.get("text"), f"{where}/text", 150, PLAIN)


def _check_elements(block: Json, where: str) -> None:
    """docs.slack.dev/reference/block-kit/blocks/actions-block, context-block and context-actions-block"""
    elements = block.get("elements")
    limit = _ELEMENT_LIMITS[block["type"]]
    if not isinstance(elements, list) or not 1 <= len(elements) <= limit:
        raise invalid(f"1 to {limit} items allowed [json-pointer:{where}/elements]")
    for place, element in enumerate(elements):
        if block["type"] == "context" and isinstance(element, dict) and element.get("type") != "image":
            check_text(element, f"{where}/elements/{place}", 3000)
        else:
            element_rules.check(element, f"{where}/elements/{place}", _ELEMENTS[block["type"]])
    element_rules.check_distinct(elements, where)


def _check_input(block: Json, where: str) -> None:
    """docs.slack.dev/reference/block-kit/blocks/input-block"""
    check_text(block.get("label"), f"{where}/label", 2000, PLAIN)
    if block.get("hint") is not None:
        check_text(block["hint"], f"{where}/hint", 2000, PLAIN)
    element_rules.check(block.get("element"), f"{where}/element", element_rules.IN_INPUTS)


def _check_markdown(block: Json, where: str) -> None:
    """docs.slack.dev/reference/block-kit/blocks/markdown-block"""
    if not isinstance(block.get("text"), str) or not block["text"]:
        raise invalid(f"must be more than 0 characters [json-pointer:{where}/text]")


def _check_rich_text(block: Json, where: str) -> None:
    """docs.slack.dev/reference/block-kit/blocks/rich-text-block"""
    if not isinstance(block.get("elements"), list):
        raise invalid(f"missing required field: elements [json-pointer:{where}]")


def _check_table(block: Json, where: str) -> None:
    """docs.slack.dev/reference/block-kit/blocks/table-block: 100 rows of 20 cells at most."""
    rows = block.get("rows")
    if not isinstance(rows, list) or len(rows) > 100:
        raise invalid(f"no more than 100 items allowed [json-pointer:{where}/rows]")
    if any(not isinstance(row, list) or len(row) > 20 for row in rows):
        raise invalid(f"no more than 20 items allowed [json-pointer:{where}/rows]")


_CHECKS: dict[str, Callable[[Json, str], None]] = {
    "section": _check_section,
    "header": _check_header,
    "actions": _check_elements,
    "context": _check_elements,
    "context_actions": _check_elements,
    "input": _check_input,
    "markdown": _check_markdown,
    "image": element_rules.check_image,
    "rich_text": _check_rich_text,
    "table": _check_table,
}


def decoded(value: Any) -> Any:
    """An argument that forms send as JSON text and JSON bodies send as it is; raises `ValueError`."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except RecursionError as error:
        raise ValueError(str(error)) from None
