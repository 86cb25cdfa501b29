"""The rules of Block Kit's elements, and which of them each block takes (docs.slack.dev/reference/block-kit)."""

from typing import Any

from bots.playground.slack.compositions import (
    PLAIN,
    check_choices,
    check_confirmation,
    check_lengths,
    check_text,
    invalid,
)
from bots.playground.slack.messages import Json

_SELECTS = {"static_select", "external_select", "users_select", "conversations_select", "channels_select"}
_CHOICES = _SELECTS | {f"multi_{each}" for each in _SELECTS} | {"checkboxes", "radio_buttons"}
_PICKERS = {"datepicker", "timepicker", "datetimepicker"}
_BUTTONS = {"button", "workflow_button", "overflow"}
_TEXTS = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}

IN_SECTIONS = _CHOICES | _BUTTONS | {"datepicker", "timepicker", "image"}
IN_ACTIONS = _CHOICES | _BUTTONS | _PICKERS | {"rich_text_input"}
IN_INPUTS = _CHOICES | _PICKERS | _TEXTS | {"rich_text_input", "file_input"}
IN_CONTEXT_ACTIONS = {"feedback_buttons", "icon_button"}

_OPTION_LIMITS = {
    "static_select": 100,
    "multi_static_select": 100,
    "checkboxes": 10,
    "radio_buttons": 10,
    "overflow": 5,
}


def check(element: Any, where: str, kinds: set[str]) -> None:
    """Raise `invalid_blocks` for an element that a block does not take, or that breaks a rule of its own."""
    kind = element.get("type") if isinstance(element, dict) else None
    if not isinstance(kind, str) or kind not in kinds:
        raise invalid(f"unsupported type: {kind} [json-pointer:{where}/type]")
    check_lengths(element, where)
    if element.get("placeholder") is not None:
        check_text(element["placeholder"], f"{where}/placeholder", 150, PLAIN)
    if element.get("confirm") is not None:
        check_confirmation(element["confirm"], f"{where}/confirm")
    if kind in _OPTION_LIMITS:
        check_choices(element, where, _OPTION_LIMITS[kind], may_be_grouped=kind.endswith("static_select"))
        _check_initial(element, where)
    match kind:
        case "feedback_buttons":
            for name in ("positive_button", "negative_button"):
                _check_feedback(element.get(name), f"{where}/{name}")
        case "icon_button":
            check_text(element.get("text"), f"{where}/text", 75, PLAIN)
        case "button":
            _check_button(element, where)
        case "image":
            check_image(element, where)
        case "plain_text_input":
            _check_text_input(element, where)


def _check_initial(element: Json, where: str) -> None:
    """docs.slack.dev/reference/block-kit/block-elements/select-menu-element: a first choice is one of the options."""
    options = element.get("options") or [each for group in element["option_groups"] for each in group["options"]]
    chosen, several = element.get("initial_option"), element.get("initial_options")
    if chosen is not None and chosen not in options:
        raise invalid(f"must be one of the provided options [json-pointer:{where}/initial_option]")
    if several is not None and (not isinstance(several, list) or any(each not in options for each in several)):
        raise invalid(f"must be some of the provided options [json-pointer:{where}/initial_options]")


def _check_feedback(button: Any, where: str) -> None:
    """docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element"""
    if not isinstance(button, dict) or button.get("value") is None:
        raise invalid(f"missing required field: value [json-pointer:{where}]")
    check_lengths(button, where)
    check_text(button.get("text"), f"{where}/text", 75, PLAIN)


def check_distinct(elements: list[Json], where: str) -> None:
    """docs.slack.dev/reference/block-kit/block-elements: an `action_id` is unique in its block."""
    named = [element["action_id"] for element in elements if "action_id" in element]
    if len(set(named)) < len(named):
        raise invalid(f"`action_id` must be unique in the block [json-pointer:{where}/elements]")


def _check_button(element: Json, where: str) -> None:
    """docs.slack.dev/reference/block-kit/block-elements/button-element"""
    check_text(element.get("text"), f"{where}/text", 75, PLAIN)
    if element.get("style") not in (None, "primary", "danger"):
        raise invalid(f"must be a valid enum value [json-pointer:{where}/style]")


def check_image(image: Json, where: str) -> None:
    """docs.slack.dev/reference/block-kit/blocks/image-block, and block-elements/image-element"""
    alternative = image.get("alt_text")
    if not isinstance(alternative, str) or not ("image_url" in image or "slack_file" in image):
        raise invalid(f"missing required field: alt_text or image_url [json-pointer:{where}]")
    if len(alternative) > 2000:
        raise invalid(f"must be less than 2001 characters [json-pointer:{where}/alt_text]")
    if image.get("title") is not None:
        check_text(image["title"], f"{where}/title", 2000, PLAIN)


def _check_text_input(element: Json, where: str) -> None:
    """docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element: 3,000 characters at most."""
    shortest, longest = element.get("min_length", 0), element.get("max_length", 3000)
    for name, given, least in (("min_length", shortest, 0), ("max_length", longest, 1)):
        if not isinstance(given, int) or not least <= given <= 3000:
            raise invalid(f"must be a number from {least} to 3000 [json-pointer:{where}/{name}]")
    initial = element.get("initial_value") or ""
    if not isinstance(initial, str) or len(initial) > longest:
        raise invalid(f"must be less than {longest + 1} characters [json-pointer:{where}/initial_value]")
