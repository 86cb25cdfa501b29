"""Block Kit's rules, each broken once: in messages it is `invalid_blocks`, in views `invalid_arguments`."""

from typing import Any

import pytest

from bots.playground.slack import blocks
from bots.playground.slack.driving import local_slack
from bots.playground.slack.errors import SlackError
from bots.playground.slack.rules import Rules

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def options(count: int) -> list[Json]:
    return [{"text": plain(str(number)), "value": str(number)} for number in range(count)]


BUTTON: Json = {"type": "button", "action_id": "press", "text": plain("Press")}
TYPED: Json = {"type": "plain_text_input", "action_id": "type"}
MENU: Json = {"type": "static_select", "action_id": "menu", "options": options(2)}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def asked(element: Json) -> Json:
    return {"type": "input", "label": plain("Name"), "element": element}


def checked(block: Any, *, in_view: bool = False) -> list[Json]:
    return blocks.checked([block], lambda prefix: f"{prefix}1", in_view=in_view)


@pytest.mark.parametrize(
    "block",
    [
        actions({"type": "marquee", "action_id": "a"}),
        actions(TYPED),
        asked(BUTTON),
        {"type": "section", "text": plain("x"), "accessory": TYPED},
        {"type": "context_actions", "elements": [BUTTON]},
        actions(BUTTON, BUTTON),
        actions(MENU | {"options": None}),
        actions(MENU | {"option_groups": [{"label": plain("x"), "options": options(1)}]}),
        actions({"type": "overflow", "action_id": "a", "options": options(6)}),
        actions({"type": "radio_buttons", "action_id": "a", "options": options(11)}),
        actions(MENU | {"initial_option": {"text": plain("9"), "value": "9"}}),
        {"type": "context_actions", "elements": [{"type": "feedback_buttons", "positive_button": {"value": "good"}}]},
        actions(MENU | {"placeholder": plain("x" * 151)}),
        actions(BUTTON | {"confirm": {"title": plain("Sure?"), "text": plain("x" * 301)}}),
        asked(TYPED | {"max_length": "many"}),
        asked(TYPED | {"max_length": 3001}),
        asked(TYPED | {"initial_value": "too long", "max_length": 3}),
        {"type": "image", "image_url": "https://a.test/b.png", "alt_text": "x" * 2001},
        {"type": "file", "external_id": "1", "source": "remote"},
        {"type": []},
    ],
)
def test_a_block_that_breaks_a_documented_rule_is_refused(block: Json) -> None:
    with pytest.raises(SlackError, match="invalid_blocks"):
        checked(block)


def test_what_the_rules_allow_is_taken_as_it_is() -> None:
    confirm = {"title": plain("Sure?"), "text": plain("x"), "confirm": plain("Yes"), "deny": plain("No")}
    grouped = MENU | {"options": None, "option_groups": [{"label": plain("x"), "options": options(3)}]}
    suggested = {"type": "external_select", "action_id": "far", "min_query_length": 0}
    given = actions(BUTTON | {"confirm": confirm}, grouped, suggested, {"type": "datepicker", "action_id": "day"})
    assert checked(given)[0]["elements"] == given["elements"]
    assert checked(asked(TYPED | {"max_length": 3000}), in_view=True)


@pytest.mark.parametrize("block", [{"type": "markdown", "text": "x"}, {"type": "table", "rows": [[]]}])
def test_some_blocks_are_for_messages_only(block: Json) -> None:
    assert checked(block)
    with pytest.raises(SlackError, match="invalid_blocks"):
        checked(block, in_view=True)


async def test_a_view_may_hold_more_text_than_a_message_and_attachments_keep_the_same_rules() -> None:
    sections = [{"type": "section", "text": plain("x" * 3000)} for _ in range(5)]
    home = {"type": "home", "blocks": sections}
    async with local_slack(Rules(rate_limits=False)) as slack:
        shown = await slack.call("views.publish", user_id="U0ANN00001", view=home)
        posted = await slack.call("chat.postMessage", channel="C0GENERAL1", text="x", blocks=sections)
        attached = [{"blocks": [{"type": "marquee"}]}]
        beside = await slack.call("chat.postMessage", channel="C0GENERAL1", text="x", attachments=attached)
    assert shown["ok"], shown
    assert posted["error"] == "msg_blocks_too_long"
    assert beside["error"] == "invalid_attachments"
