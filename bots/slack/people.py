"""Who did something on Slack, with what they may, asked of Slack when it matters."""

from dataclasses import replace
from typing import Any

from bots.slack.groups import Groups
from bots.slack.rights import Rights
from core.people import Person
from core.rights import ROLE
from core.workspace import WorkspaceSettings
from storage.words import Platform


def person_of(rights: Rights, team_id: str, user_id: str, name: str = "") -> Person:
    """Somebody in a workspace, by id."""

    async def manages() -> bool:
        return await rights.manages_workspace(team_id, user_id)

    async def manages_channel(channel_id: str) -> bool:
        return await rights.manages_channel(team_id, user_id, channel_id)

    return Person(
        platform=Platform.SLACK,
        workspace_id=team_id,
        id=user_id,
        name=name,
        manages=manages,
        manages_channel=manages_channel,
    )


def who_used(body: dict[str, Any], rights: Rights) -> Person:
    """Who used a command, button or form: their workspace is the one that Parley was found to be asked in."""
    user = body.get("user") or {}
    user_id = str(user.get("id") or body.get("user_id") or "")
    name = str(user.get("username") or user.get("name") or body.get("user_name") or "")
    team_id = str((body.get("team") or {}).get("id") or body.get("team_id") or "")
    return person_of(rights, team_id, user_id, name)


class People:
    """People with the user groups that they are in, of those that were named to manage."""

    def __init__(self, rights: Rights, groups: Groups, workspace: WorkspaceSettings) -> None:
        self._rights = rights
        self._groups = groups
        self._workspace = workspace

    async def who_used(self, body: dict[str, Any]) -> Person:
        return await self._with_groups(who_used(body, self._rights))

    async def somebody(self, team_id: str, user_id: str) -> Person:
        return await self._with_groups(person_of(self._rights, team_id, user_id))

    async def _with_groups(self, person: Person) -> Person:
        """Asked of Slack each time, and only where a group was named."""
        configuration = await self._workspace.configuration(person.workspace)
        named = [manager.id for manager in configuration.managers if manager.kind == ROLE]
        if not named:
            return person
        return replace(person, roles=await self._groups.of(person.workspace_id, person.id, named))
