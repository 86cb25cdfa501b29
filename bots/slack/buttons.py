"""The buttons below a reply, and what happens when somebody presses one."""

import re
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp

from bots.slack.people import who_used
from bots.slack.rights import Rights
from core import texts
from core.control import Control, Refused
from core.errors import PlatformTrouble
from core.people import Person
from core.surface import Below, Controls, Question

log = structlog.get_logger()

STOP = "reply_stop"
AGAIN = "reply_again"
ANEW = "reply_anew"
FEEDBACK = "reply_feedback"
ALLOW = "tool_allow"
REFUSE = "tool_refuse"
VALUE = re.compile(r"(good|bad)?:([0-9]{1,15})")


def blocks(reply_id: int, controls: Below) -> list[dict[str, Any]]:
    """The blocks below a reply's text: docs.slack.dev/reference/block-kit/blocks/context-actions-block."""
    match controls:
        case Question(call_id):
            allow, refuse = _button(ALLOW, "Allow", call_id), _button(REFUSE, "Refuse", call_id)
            return [{"type": "actions", "elements": [allow | {"style": "primary"}, refuse]}]
        case Controls.WORKING:
            return [{"type": "actions", "elements": [_button(STOP, "Stop", reply_id)]}]
        case Controls.SETTLED:
            return [
                {"type": "actions", "elements": [_button(AGAIN, "Regenerate", reply_id)]},
                {"type": "context_actions", "elements": [_feedback(reply_id)]},
            ]
    return []


def offer(reply_id: int) -> list[dict[str, Any]]:
    """The blocks of what whoever edited a question is shown."""
    button = _button(ANEW, texts.ANSWER_ANEW, reply_id) | {"style": "primary"}
    return [
        {"type": "section", "text": {"type": "plain_text", "text": texts.EDITED_SINCE}},
        {"type": "actions", "elements": [button]},
    ]


def listen(app: AsyncApp, control: Control, rights: Rights) -> None:
    """Register the buttons on the app."""

    async def press(ack: Any, body: dict[str, Any], action: dict[str, Any], respond: Any) -> None:
        await ack()
        said = await _do(control, who_used(body, rights), action)
        if action["action_id"] == ANEW and not said:
            await respond(delete_original=True)
        if said:
            await respond(text=said, response_type="ephemeral", replace_original=False)

    for action_id in (STOP, AGAIN, ANEW, FEEDBACK):
        app.action(action_id)(press)


async def _do(control: Control, person: Person, action: dict[str, Any]) -> str:
    """Do what a button stands for; what the person is told, if anything."""
    meant = VALUE.fullmatch(str(action.get("value") or ""))
    if meant is None:
        return texts.SOMETHING_BROKE
    opinion, reply_id = meant[1], int(meant[2])
    try:
        match action["action_id"]:
            case "reply_stop":
                await control.stop(reply_id, person)
            case "reply_again" | "reply_anew":
                await control.again(reply_id, person)
            case _:
                await control.rate(reply_id, person, -1 if opinion == "bad" else 1)
                return texts.THANKS
    except Refused as refusal:
        return str(refusal)
    except PlatformTrouble:
        return texts.RIGHTS_UNKNOWN
    except Exception:
        log.exception("button.broke", action=action["action_id"])
        return texts.SOMETHING_BROKE
    return ""


def _button(action_id: str, label: str, reply_id: int) -> dict[str, Any]:
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "action_id": action_id, "text": text, "value": f":{reply_id}"}


def _feedback(reply_id: int) -> dict[str, Any]:
    """docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element"""
    return {
        "type": "feedback_buttons",
        "action_id": FEEDBACK,
        "positive_button": _choice("Good answer", f"good:{reply_id}"),
        "negative_button": _choice("Bad answer", f"bad:{reply_id}"),
    }


def _choice(label: str, value: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": label}, "accessibility_label": label, "value": value}
