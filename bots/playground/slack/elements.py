"""Interactive elements: finding them, the state they have, and the action that using them sends.

docs.slack.dev/reference/block-kit/block-elements, docs.slack.dev/reference/interaction-payloads
"""

from collections.abc import Iterator
from typing import Any

from bots.playground.slack.errors import ControlError
from bots.playground.slack.messages import Json

_PLAIN = {
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "file_input": "files",
    "rich_text_input": "rich_text_value",
}
_ONE_OPTION = ("static_select", "external_select", "radio_buttons", "overflow")
_MANY_OPTIONS = ("multi_static_select", "multi_external_select", "checkboxes")
_INITIAL = {
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "value": "initial_value",
    "rich_text_value": "initial_value",
}


def all_in(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every block with each of its elements."""
    for block in blocks:
        for element in (block.get("accessory"), block.get("element"), *(block.get("elements") or ())):
            if isinstance(element, dict) and "action_id" in element:
                yield block, element


def blocks_of(message: Json) -> list[Json]:
    """The blocks of a message and of its attachments."""
    attached = [block for each in message.get("attachments") or () for block in each.get("blocks") or ()]
    return [*(message.get("blocks") or ()), *attached]


def find(blocks: list[Json], action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """The block and element with an action id; raises `ControlError` when there is none."""
    for block, element in all_in(blocks):
        if element["action_id"] == action_id and block_id in (None, block["block_id"]):
            return block, element
    raise ControlError(f"no element with action_id {action_id!r} there", 404)


def state_of(blocks: list[Json], values: Json) -> Json:
    """`state.values` of blocks, with the given `{block_id: {action_id: value}}` in place of the initial values."""
    states: Json = {}
    for block, element in all_in(blocks):
        given = values.get(block["block_id"], {})
        if not isinstance(given, dict):
            raise ControlError(f"values of block {block['block_id']!r} must be an object")
        state = element_state(element, given.get(element["action_id"]), is_given=element["action_id"] in given)
        if state is not None:
            states.setdefault(block["block_id"], {})[element["action_id"]] = state
    return states


def element_state(element: Json, value: Any, *, is_given: bool) -> Json | None:
    """The state of one element; None for elements that have no state, such as buttons."""
    kind = element["type"]
    if kind in _PLAIN:
        slot = _PLAIN[kind]
        held = value if is_given else element.get(_INITIAL.get(slot, ""))
        return {"type": kind, slot: held if held != "" else None}
    if kind in _ONE_OPTION:
        held = _option(element, value) if is_given and value is not None else element.get("initial_option")
        return {"type": kind, "selected_option": held}
    if kind in _MANY_OPTIONS:
        if is_given and not isinstance(value, list | None):
            raise ControlError(f"the value of {element['action_id']!r} must be a list")
        held = [_option(element, each) for each in value or []] if is_given else element.get("initial_options", [])
        return {"type": kind, "selected_options": held}
    return None


def choose(held: Json, block: Json, element: Json, value: Any) -> bool:
    """Keep a new value among those held; False when the app is not told of it.

    docs.slack.dev/reference/block-kit/blocks/input-block: it is told with `dispatch_action` only.
    """
    state = element_state(element, value, is_given=True)
    if state is not None:
        held.setdefault(block["block_id"], {})[element["action_id"]] = state
    return block["type"] != "input" or bool(block.get("dispatch_action"))


def overlaid(states: Json, held: Json) -> Json:
    """States with the held ones in their places; what is held of elements that are gone is left out."""
    return {
        block_id: {key: held.get(block_id, {}).get(key, state) for key, state in of_block.items()}
        for block_id, of_block in states.items()
    }


def _option(element: Json, value: Any) -> Json:
    if element["type"].endswith("external_select") and isinstance(value, dict):
        return value
    options = list(element.get("options") or ())
    for group in element.get("option_groups") or ():
        options.extend(group.get("options", ()))
    for option in options:
        if option.get("value") == value:
            return dict(option)
    raise ControlError(f"no option {value!r} in element {element['action_id']!r}")


def action(block: Json, element: Json, value: Any, action_ts: str) -> Json:
    """One entry of `actions` in a `block_actions` payload."""
    kind = element["type"]
    written: Json = {
        "type": kind,
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": action_ts,
    }
    if kind == "feedback_buttons":
        chosen = _feedback_button(element, value)
        return written | {"text": chosen.get("text"), "value": chosen.get("value")}
    if kind in ("button", "icon_button", "workflow_button"):
        return written | {name: element[name] for name in ("text", "value", "style") if name in element}
    state = element_state(element, value, is_given=True)
    return written | (state or {})


def _feedback_button(element: Json, value: Any) -> Json:
    for name in ("positive_button", "negative_button"):
        button = element.get(name, {})
        if value in (name, name.removesuffix("_button"), button.get("value")):
            return dict(button)
    raise ControlError("value must be that of positive_button or negative_button")


def missing_inputs(blocks: list[Json], state: Json) -> dict[str, str]:
    """The complaints of Slack's own client, which a form with any of them never leaves.

    docs.slack.dev/reference/block-kit/blocks/input-block: an input is required unless it is `optional`.
    """
    errors: dict[str, str] = {}
    for block, element in all_in(blocks):
        if block["type"] != "input":
            continue
        held = state.get(block["block_id"], {}).get(element["action_id"], {})
        filled = next((value for name, value in held.items() if name != "type"), None)
        if not filled and not block.get("optional"):
            errors[block["block_id"]] = "Please complete this required field."
        elif filled and element["type"] == "plain_text_input":
            errors.update(_wrong_length(block, element, str(filled)))
    return errors


def _wrong_length(block: Json, element: Json, text: str) -> dict[str, str]:
    longest = int(element.get("max_length") or 3000)
    shortest = int(element.get("min_length") or 0)
    if len(text) > longest:
        return {block["block_id"]: f"Please enter at most {longest} characters."}
    if len(text) < shortest:
        return {block["block_id"]: f"Please enter at least {shortest} characters."}
    return {}
