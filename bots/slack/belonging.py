"""Which workspace somebody's interaction belongs to: the one that Parley is asked in, wherever the person is from.

In a channel that organisations share, what Slack names differs by what is pressed: `team` may be either side's, an
organisation's installation is told none, and `user.team_id` may even be an organisation
(docs.slack.dev/reference/interaction-payloads/block_actions-payload). A reply, though, is known by its message.
"""

from collections.abc import Iterable
from typing import Any

from bots.slack.workspaces import Presence, Workspaces
from core import wording
from storage import standings
from storage.database import Database
from storage.words import Platform


class Belonging:
    def __init__(self, workspaces: Workspaces, database: Database) -> None:
        self._workspaces = workspaces
        self._database = database

    async def of(self, body: dict[str, Any], organisation_id: str) -> tuple[str, Presence] | None:
        """The workspace and Parley in it; None when Parley is installed in none that could be meant."""
        for team_id in await self._candidates(body):
            presence = await self._workspaces.presence(team_id, organisation_id)
            if presence is not None:
                own_id = presence.own.team_id
                return (own_id if own_id.startswith("T") else team_id), presence
        return None

    async def _candidates(self, body: dict[str, Any]) -> Iterable[str]:
        """The likeliest first."""
        team_id, channel_id = _said(body, "team", "id"), _said(body, "channel", "id")
        message_id = _said(body, "container", "message_ts")
        shown = await self._shown(channel_id, message_id)
        known = await self._known(channel_id)
        named = [
            team_id if team_id in shown else next(iter(shown), ""),
            team_id,
            _said(body, "view", "app_installed_team_id"),
            next(iter(known)) if len(known) == 1 else "",
            _said(body, "user", "team_id"),
        ]
        return dict.fromkeys(filter(None, named)) or [""]

    async def _shown(self, channel_id: str, message_id: str) -> frozenset[str]:
        if not message_id:
            return frozenset()
        return await self._database.run(standings.workspaces_of, Platform.SLACK, channel_id, message_id)

    async def _known(self, channel_id: str) -> frozenset[str]:
        if not channel_id:
            return frozenset()
        return await self._database.run(standings.workspaces_with, Platform.SLACK, channel_id)


def _said(body: dict[str, Any], part: str, name: str) -> str:
    """What a part of a payload says, if it is there and says it."""
    found = body.get(part)
    return wording.clean(found.get(name)) if isinstance(found, dict) else ""
