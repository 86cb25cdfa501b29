"""The workspaces that Parley is in: who it is there, and how it speaks to Slack for each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import web
from bots.slack.events import Self
from bots.slack.limits import LimitedClient
from bots.slack.names import Names

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Presence:
    """Parley in one workspace. Everything that is asked or done there goes through this client."""

    own: Self
    client: AsyncWebClient
    names: Names


class Workspaces(Protocol):
    async def identify(self) -> None:
        """Find out what is known before events flow. Raises PlatformTrouble or BadSettings."""
        ...

    async def presence(self, team_id: str, organisation_id: str = "") -> Presence | None:
        """Parley in this workspace, where it may be installed by its organisation; None when it is not installed."""
        ...

    def client_of(self, team_id: str) -> LimitedClient:
        """The workspace's client. Its calls raise PlatformTrouble while Parley is not installed there."""
        ...

    async def leave(self, platform_id: str, at: datetime) -> list[str]:
        """Parley was removed at that time, unless it was installed again since; the workspaces that it left.

        The id is a workspace's, or that of an organisation whose installation was removed.
        """
        ...


class OneWorkspace:
    """The workspace that SLACK_BOT_TOKEN belongs to."""

    def __init__(self, client: LimitedClient) -> None:
        self._client = client
        self._presence: Presence | None = None

    async def identify(self) -> None:
        """Ask Slack who the token belongs to, once. Raises PlatformTrouble."""
        answer = await web.call(self._client.auth_test())
        own = Self(
            team_id=answer["team_id"],
            team_name=answer.get("team") or "",
            user_id=answer["user_id"],
            bot_id=answer.get("bot_id") or "",
        )
        self._presence = Presence(own, self._client, Names(self._client))
        await self._presence.names.learn()
        log.info("slack.identified", team=own.team_id, user=own.user_id)

    async def presence(self, team_id: str, organisation_id: str = "") -> Presence | None:
        return self._presence

    def client_of(self, team_id: str) -> LimitedClient:
        return self._client

    async def leave(self, platform_id: str, at: datetime) -> list[str]:
        """The token is not kept by Parley; whoever runs it sets another one."""
        return [platform_id]
