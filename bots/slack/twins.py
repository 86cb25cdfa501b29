"""Events that tell of the same message: a mention comes as `app_mention` and as `message`, and each may come again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from core.newest import Newest

# Slack delivers again after three seconds, a minute and five minutes: docs.slack.dev/apis/events-api
MOST = 2_000


class Twins:
    """Heeds one event of each message. One that was not heeded to the end is heeded when it comes again."""

    def __init__(self) -> None:
        self._heard: Newest[tuple[str, str, str], asyncio.Future[None]] = Newest(MOST)

    async def once(self, event: Any, team_id: str, hear: Callable[[], Awaitable[None]]) -> None:
        """Call `hear`, unless a twin of the event was heard; return when it is done. Raises what `hear` raised."""
        key = _message(event, team_id)
        if key is None:
            await hear()
            return
        if key in self._heard:
            await asyncio.shield(self._heard[key])
            return
        self._heard[key] = told = asyncio.get_running_loop().create_future()
        try:
            await hear()
        except BaseException as error:
            self._heard.pop(key, None)
            told.set_exception(error if isinstance(error, Exception) else ConnectionError("called off"))
            told.exception()
            raise
        told.set_result(None)


def _message(event: Any, team_id: str) -> tuple[str, str, str] | None:
    """Whose message an event brings; None for events that bring none, or not as it was said."""
    if not isinstance(event, dict) or event.get("type") not in ("message", "app_mention") or event.get("subtype"):
        return None
    channel_id, ts = event.get("channel"), event.get("ts")
    return (team_id, channel_id, ts) if isinstance(channel_id, str) and isinstance(ts, str) else None
