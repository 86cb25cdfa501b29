"""The buttons below a question whether a tool may be called, and what happens when somebody presses one."""

import re
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp

from bots.slack.buttons import ALLOW, REFUSE
from bots.slack.people import People
from core import texts
from core.control import Refused
from core.errors import PlatformTrouble
from core.tools.approvals import Approvals

log = structlog.get_logger()

VALUE = re.compile(r":([0-9]{1,15})")


def listen(app: AsyncApp, approvals: Approvals, people: People) -> None:
    """Register the buttons on the app."""

    async def press(ack: Any, body: dict[str, Any], action: dict[str, Any], respond: Any) -> None:
        await ack()
        meant = VALUE.fullmatch(str(action.get("value") or ""))
        if meant is None:
            return
        said = await _decided(approvals, people, body, int(meant[1]), allow=action["action_id"] == ALLOW)
        if said:
            await respond(text=said, response_type="ephemeral", replace_original=False)

    for action_id in (ALLOW, REFUSE):
        app.action(action_id)(press)


async def _decided(approvals: Approvals, people: People, body: dict[str, Any], call_id: int, *, allow: bool) -> str:
    """Why it could not be decided; empty when it was."""
    try:
        await approvals.decide(call_id, await people.who_used(body), allow=allow)
    except Refused as refusal:
        return str(refusal)
    except PlatformTrouble:
        return texts.RIGHTS_UNKNOWN
    except Exception:
        log.exception("decision.broke", call=call_id)
        return texts.SOMETHING_BROKE
    return ""
