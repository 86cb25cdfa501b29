"""What of a server a person may read, for tools that run with their rights: asked of Discord at that moment.

That is what their roles and the channels' overwrites let them view with its history
(discord.com/developers/docs/topics/permissions), without private threads but for the one that they ask in.
"""

from collections.abc import Sequence

import discord

from bots.discord import rest
from core.errors import Kind, PlatformTrouble
from core.tools.search import Room
from core.tools.tool import Asker


async def seen(client: discord.Client, asker: Asker, rooms: Sequence[Room]) -> frozenset[Room]:
    """Those of the rooms that the person may read. Raises PlatformTrouble."""
    here = frozenset(room for room in rooms if (room.channel_id, room.posts_in) == (asker.channel_id, asker.posts_in))
    others = [room for room in rooms if room not in here and room.posts_in.isdecimal()]
    if not others or not asker.workspace_id.isdecimal():
        return here
    readable = await _readable(client, asker)
    found = [room for room in others if room.channel_id in readable]
    return here | {room for room in found if await _is_open(client, room)}


async def _readable(client: discord.Client, asker: Asker) -> frozenset[str]:
    """The channels of the server that the person may view with what was said in them."""
    guild = await rest.call(client.fetch_guild(int(asker.workspace_id), with_counts=False))
    member = await rest.call(guild.fetch_member(int(asker.person_id)))
    channels = await rest.call(guild.fetch_channels())
    found = ((channel, channel.permissions_for(member)) for channel in channels)
    return frozenset(str(channel.id) for channel, may in found if may.view_channel and may.read_message_history)


async def _is_open(client: discord.Client, room: Room) -> bool:
    """Whether whoever may read the channel may read this place in it, too: private threads are for their members."""
    if room.posts_in == room.channel_id:
        return True
    try:
        thread = await rest.call(client.fetch_channel(int(room.posts_in)))
    except PlatformTrouble as trouble:
        if trouble.kind in (Kind.MISSING, Kind.DENIED):
            return False
        raise
    return isinstance(thread, discord.Thread) and not thread.is_private()
