"""Slack's user groups, which may be named to manage prompt and personas.

docs.slack.dev/reference/methods/usergroups.list, docs.slack.dev/reference/methods/usergroups.users.list
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import web
from core.errors import PlatformTrouble

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    name: str


class Groups:
    """Without the scope `usergroups:read` there are none, and nobody is in one."""

    def __init__(self, client_of: Callable[[str], AsyncWebClient]) -> None:
        self._client_of = client_of

    async def listed(self, team_id: str) -> list[Group]:
        try:
            answer = await web.call(self._client_of(team_id).usergroups_list())
        except PlatformTrouble as trouble:
            log.info("groups.unknown", team=team_id, code=trouble.code)
            return []
        return [Group(str(one["id"]), f"@{one.get('handle') or one['id']}") for one in answer.get("usergroups") or []]

    async def of(self, team_id: str, user_id: str, group_ids: Iterable[str]) -> tuple[str, ...]:
        """Those of these groups that somebody is in right now."""
        return tuple([group_id for group_id in group_ids if await self._has(team_id, group_id, user_id)])

    async def _has(self, team_id: str, group_id: str, user_id: str) -> bool:
        try:
            answer = await web.call(self._client_of(team_id).usergroups_users_list(usergroup=group_id))
        except PlatformTrouble as trouble:
            log.info("group.unknown", team=team_id, group=group_id, code=trouble.code)
            return False
        return user_id in (answer.get("users") or ())
