"""The buttons below a question whether a tool may be called, and what happens when somebody presses one."""

import re
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from bots.slack.buttons import ALLOW, REFUSE
from bots.slack.people import People
from core import texts
from core.control import Refused
from core.errors import PlatformTrouble
from core.tools.approvals import Approvals

VALUE = re.compile(r":([0-9]{1,15})")


def listen(app: AsyncApp, approvals: Approvals, people: People) -> None:
    """Register the buttons on the app."""

    async def press(ack: Any, body: dict[str, Any], action: dict[str, Any], respond: Any) -> None:
        await ack()
        meant = VALUE.fullmatch(str(action.get("value") or ""))
        if meant is None:
            return
        try:
            person = await people.who_used(body)
            await approvals.decide(int(meant[1]), person, allow=action["action_id"] == ALLOW)
        except Refused as refusal:
            await respond(text=str(refusal), response_type="ephemeral", replace_original=False)
        except PlatformTrouble:
            await respond(text=texts.RIGHTS_UNKNOWN, response_type="ephemeral", replace_original=False)

    for action_id in (ALLOW, REFUSE):
        app.action(action_id)(press)
