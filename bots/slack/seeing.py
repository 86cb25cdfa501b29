"""What of a workspace a person may read, for tools that run with their rights: asked of Slack at that moment.

That is the channel they ask in, and for full members every public channel (slack.com/help/articles/360017938993, "What
is a channel?"). Guests, and people of other workspaces, read no more than the channel that they ask in.
"""

import asyncio
from collections.abc import Sequence

from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import web
from core.errors import Kind, PlatformTrouble
from core.tools.search import Room
from core.tools.tool import Asker


async def seen(client: AsyncWebClient, asker: Asker, rooms: Sequence[Room]) -> frozenset[Room]:
    """Those of the rooms that the person may read. Raises PlatformTrouble."""
    here = frozenset(room for room in rooms if room.channel_id == asker.channel_id)
    others = list(dict.fromkeys(room.channel_id for room in rooms if room not in here))
    if not others or not await _is_member(client, asker):
        return here
    public = await asyncio.gather(*(_is_public(client, channel_id) for channel_id in others))
    open_to_all = {channel_id for channel_id, is_public in zip(others, public, strict=True) if is_public}
    return here | {room for room in rooms if room.channel_id in open_to_all}


async def _is_member(client: AsyncWebClient, asker: Asker) -> bool:
    """docs.slack.dev/reference/objects/user-object: guests are restricted, strangers are of another team."""
    user = (await web.call(client.users_info(user=asker.person_id)))["user"]
    teams = {user.get("team_id") or asker.workspace_id, *((user.get("enterprise_user") or {}).get("teams") or ())}
    restricted = user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_stranger")
    return asker.workspace_id in teams and not restricted and not user.get("deleted")


async def _is_public(client: AsyncWebClient, channel_id: str) -> bool:
    """docs.slack.dev/reference/objects/conversation-object; a channel that Parley cannot see any more is none."""
    if not channel_id.startswith("C"):
        return False
    try:
        channel = (await web.call(client.conversations_info(channel=channel_id)))["channel"]
    except PlatformTrouble as trouble:
        if trouble.kind in (Kind.MISSING, Kind.DENIED):
            return False
        raise
    kinds = ("is_private", "is_im", "is_mpim")
    return bool(channel.get("is_channel")) and not any(channel.get(kind) for kind in kinds)
