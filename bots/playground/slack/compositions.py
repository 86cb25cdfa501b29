"""The rules of Block Kit's composition objects: texts, options and confirmations.

docs.slack.dev/reference/block-kit/composition-objects
"""

from collections.abc import Iterator
from typing import Any

from bots.playground.slack.errors import SlackError
from bots.playground.slack.messages import Json

TEXT_KINDS = ("plain_text", "mrkdwn")
PLAIN = ("plain_text",)
_LENGTHS = {"action_id": 255, "block_id": 255, "value": 2000, "url": 3000, "image_url": 3000, "accessibility_label": 75}
_CONFIRMATION = {"title": (100, PLAIN), "text": (300, TEXT_KINDS), "confirm": (30, PLAIN), "deny": (30, PLAIN)}


def invalid(text: str) -> SlackError:
    return SlackError("invalid_blocks", response_metadata={"messages": [f"[ERROR] {text}"]})


def check_lengths(value: Json, where: str) -> None:
    for name, limit in _LENGTHS.items():
        given = value.get(name)
        if given is not None and (not isinstance(given, str) or len(given) > limit):
            raise invalid(f"must be a string of at most {limit} characters [json-pointer:{where}/{name}]")


def check_text(value: Any, where: str, limit: int, kinds: tuple[str, ...] = TEXT_KINDS) -> None:
    """docs.slack.dev/reference/block-kit/composition-objects/text-object"""
    if not isinstance(value, dict) or value.get("type") not in kinds:
        raise invalid(f"must be a text object of type {' or '.join(kinds)} [json-pointer:{where}]")
    text = value.get("text")
    if not isinstance(text, str) or not text:
        raise invalid(f"must be more than 0 characters [json-pointer:{where}/text]")
    if len(text) > limit:
        raise invalid(f"must be less than {limit + 1} characters [json-pointer:{where}/text]")


def check_confirmation(value: Any, where: str) -> None:
    """docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object"""
    if not isinstance(value, dict):
        raise invalid(f"must be a confirmation dialog [json-pointer:{where}]")
    for name, (limit, kinds) in _CONFIRMATION.items():
        check_text(value.get(name), f"{where}/{name}", limit, kinds)


def check_choices(element: Json, where: str, limit: int, *, may_be_grouped: bool) -> None:
    """The `options` of a menu, or its `option_groups`, but not both.

    docs.slack.dev/reference/block-kit/composition-objects/option-group-object
    """
    groups = element.get("option_groups") if may_be_grouped else None
    if (groups is None) == (element.get("options") is None):
        raise invalid(f"must provide {'either options or option_groups' if may_be_grouped else 'options'} "
                      f"[json-pointer:{where}]")  # fmt: skip
    if groups is None:
        return _check_options(element["options"], where, limit)
    for at, group in _items(groups, f"{where}/option_groups", limit, "an option group"):
        check_text(group.get("label"), f"{at}/label", 75, PLAIN)
        _check_options(group.get("options"), at, limit)
    return None


def _check_options(options: Any, where: str, limit: int) -> None:
    """docs.slack.dev/reference/block-kit/composition-objects/option-object"""
    for at, option in _items(options, f"{where}/options", limit, "an option"):
        check_text(option.get("text"), f"{at}/text", 75)
        if option.get("description") is not None:
            check_text(option["description"], f"{at}/description", 75)
        value = option.get("value")
        if not isinstance(value, str) or len(value) > 150:
            raise invalid(f"must be less than 151 characters [json-pointer:{at}/value]")


def _items(listed: Any, where: str, limit: int, what: str) -> Iterator[tuple[str, Json]]:
    """Each of one to `limit` objects, with its place."""
    if not isinstance(listed, list) or not 1 <= len(listed) <= limit:
        raise invalid(f"1 to {limit} items allowed [json-pointer:{where}]")
    for place, item in enumerate(listed):
        at = f"{where}/{place}"
        if not isinstance(item, dict):
            raise invalid(f"must be {what} [json-pointer:{at}]")
        yield at, item
