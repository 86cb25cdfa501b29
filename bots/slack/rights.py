"""Who may change what in a Slack workspace, asked of Slack at the moment that it is done."""

from collections.abc import Callable

from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import web


class Rights:
    """`client_of` gives each workspace's client. Raises PlatformTrouble when Slack does not say."""

    def __init__(self, client_of: Callable[[str], AsyncWebClient]) -> None:
        self._client_of = client_of

    async def manages_workspace(self, team_id: str, user_id: str) -> bool:
        """Owners and admins do: docs.slack.dev/reference/objects/user-object. Those of other workspaces, who are in a
        shared channel, do not."""
        user = (await web.call(self._client_of(team_id).users_info(user=user_id)))["user"]
        teams = {user.get("team_id") or team_id, *((user.get("enterprise_user") or {}).get("teams") or ())}
        if team_id not in teams:
            return False
        return bool(user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner"))

    async def manages_channel(self, team_id: str, user_id: str, channel_id: str) -> bool:
        """Whoever made the channel does, and in a direct message whoever has it with Parley."""
        if channel_id.startswith("D"):
            return True
        channel = (await web.call(self._client_of(team_id).conversations_info(channel=channel_id)))["channel"]
        return bool(channel.get("creator") == user_id)
