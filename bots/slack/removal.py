"""Parley is removed from a workspace: its tokens are deleted there, and its work ends.

docs.slack.dev/reference/events/app_uninstalled, docs.slack.dev/reference/events/tokens_revoked
"""

from datetime import UTC, datetime
from typing import Any

import structlog

from bots.slack.overheard import Overheard
from bots.slack.workspaces import Workspaces
from core.control import Control
from storage.words import Platform

log = structlog.get_logger()


class Removal:
    def __init__(self, workspaces: Workspaces, control: Control, overheard: Overheard) -> None:
        self._workspaces = workspaces
        self._control = control
        self._overheard = overheard

    async def hear(self, body: dict[str, Any], team_id: str, organisation_id: str, *, whole: bool) -> bool:
        """Act on an event that says so; false for every other. `whole` means the organisation's own installation."""
        event = body.get("event")
        if not isinstance(event, dict) or not is_removal(event):
            return False
        platform_id = organisation_id if whole else team_id
        for workspace_id in await self._workspaces.leave(platform_id, happened_at(body)):
            log.warning("slack.left", team=workspace_id)
            self._overheard.leave(workspace_id)
            await self._control.leave(Platform.SLACK, workspace_id)
        return True


def is_removal(event: dict[str, Any]) -> bool:
    """People's own tokens are none of Parley's."""
    if event.get("type") == "app_uninstalled":
        return True
    tokens = event.get("tokens")
    return event.get("type") == "tokens_revoked" and isinstance(tokens, dict) and bool(tokens.get("bot"))


def happened_at(body: dict[str, Any]) -> datetime:
    """An event's time is whole seconds: it happened at their end, at the latest."""
    seconds = body.get("event_time")
    at = seconds + 1 if isinstance(seconds, int) else 0
    return datetime.fromtimestamp(at, UTC) if 0 < at < 2**33 else datetime.now(UTC)
