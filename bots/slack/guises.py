"""The name and picture that a persona answers under.

docs.slack.dev/messaging/sending-and-scheduling-messages#authorship: they are given when a message is posted, and stay
with it; `chat.update` neither takes nor changes them.
"""

from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

import structlog

from core.errors import PlatformTrouble
from core.newest import Newest
from storage.claims import Work

log = structlog.get_logger()

# How long a workspace that does not allow it is not asked again.
PAUSE_S = 600.0
MOST = 10_000
NOT_ALLOWED = frozenset({"missing_scope", "not_allowed_token_type", "no_permission"})


class Guises:
    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._refused_until: Newest[str, float] = Newest(MOST)

    async def post(self, work: Work, send: Callable[[dict[str, Any]], Awaitable[Any]]) -> Any:
        """Send a message under its persona's name and picture or, where the app may not do that, under its own."""
        guise = guise_of(work)
        if not guise or self._refused_until.get(work.workspace_id, 0.0) > self._clock():
            return await send({})
        try:
            return await send(guise)
        except PlatformTrouble as trouble:
            if trouble.code not in NOT_ALLOWED:
                raise
            log.info("guise.refused", team=work.workspace_id, code=trouble.code)
        answer = await send({})
        self._refused_until[work.workspace_id] = self._clock() + PAUSE_S
        return answer


def guise_of(work: Work) -> dict[str, Any]:
    icon = work.persona_icon
    given = {
        "username": work.persona_display_name,
        "icon_emoji": icon if icon.startswith(":") else "",
        "icon_url": icon if icon.startswith("https://") else "",
    }
    return {name: value for name, value in given.items() if value}
