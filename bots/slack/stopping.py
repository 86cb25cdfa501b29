"""Slack's own Stop button: docs.slack.dev/reference/events/agent_session_stopped."""

from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import web
from bots.slack.people import person_of
from bots.slack.rights import Rights
from bots.slack.status import Signs, Spot
from core import texts
from core.control import Control, Refused
from core.errors import PlatformTrouble
from storage.incoming import Place
from storage.words import Platform

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody pressed Stop in a thread."""

    spot: Spot
    user_id: str


def press(event: Any, team_id: str) -> Press | None:
    """What an event says of the button; None when it is about something else."""
    if not isinstance(event, dict) or event.get("type") != "agent_session_stopped":
        return None
    channel_id, thread_ts, user_id = event.get("channel"), event.get("thread_ts"), event.get("user")
    if not (isinstance(channel_id, str) and isinstance(thread_ts, str) and isinstance(user_id, str)):
        return None
    return Press(Spot(team_id, channel_id, thread_ts), user_id)


class Stopping:
    """Slack shows the button to everybody in the thread; the reply is stopped by its asker or an admin."""

    def __init__(self, control: Control, rights: Rights, signs: Signs) -> None:
        self._control = control
        self._rights = rights
        self._signs = signs

    async def stop(self, press: Press, client: AsyncWebClient) -> None:
        """Stop the reply that the thread waits for; Slack leaves it to the app to end the session."""
        spot = press.spot
        place = Place(platform=Platform.SLACK, workspace_id=spot.team_id, channel_id=spot.channel_id)
        person = person_of(self._rights, spot.team_id, press.user_id)
        try:
            await self._control.stop_in(place, spot.thread_ts, person)
        except Refused as refusal:
            await self._refuse(press, client, str(refusal))
        except PlatformTrouble as trouble:
            log.info("stop.rights_unknown", code=trouble.code)
            await self._refuse(press, client, texts.RIGHTS_UNKNOWN)

    async def _refuse(self, press: Press, client: AsyncWebClient, said: str) -> None:
        """Tell the person; where nothing runs the session is over, whatever Slack still shows."""
        spot = press.spot
        if said == texts.NOTHING_TO_STOP:
            self._signs.clear(spot, client)
            return
        try:
            await web.call(
                client.chat_postEphemeral(
                    channel=spot.channel_id, thread_ts=spot.thread_ts, user=press.user_id, text=said
                )
            )
        except PlatformTrouble as trouble:
            log.info("refusal.not_shown", code=trouble.code)
