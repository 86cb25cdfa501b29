"""Who may change what in a Slack workspace, asked of Slack at the moment that it is done."""

from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import web


class Rights:
    """Raises PlatformTrouble when Slack does not say."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def manages_workspace(self, user_id: str) -> bool:
        """Owners and admins do: docs.slack.dev/reference/objects/user-object."""
        user = (await web.call(self._client.users_info(user=user_id)))["user"]
        return bool(user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner"))

    async def manages_channel(self, user_id: str, channel_id: str) -> bool:
        """Whoever made the channel does, and whoever manages the workspace."""
        if await self.manages_workspace(user_id):
            return True
        channel = (await web.call(self._client.conversations_info(channel=channel_id)))["channel"]
        return bool(channel.get("creator") == user_id)
