"""People who change a channel."""

from typing import Any

from aiohttp import web

from bots.playground.discord import changes, slow_mode
from bots.playground.discord.control import names, views
from bots.playground.discord.control.serving import Bad, Wish, control


async def change_channel(wish: Wish) -> tuple[int, Any]:
    """Give a channel another name or topic, or set how slow it is; `rate_limit_per_user` is 0 to 21,600 seconds."""
    body, world = wish.body, wish.state.world
    channel = names.channel(world, wish.request.match_info["channel"])
    if channel.guild is None:
        raise Bad("a direct message has no settings")
    interval_s = int(body.get("rate_limit_per_user", channel.rate_limit_per_user))
    if not 0 <= interval_s <= slow_mode.LONGEST_S:
        raise Bad(f"slow mode is between 0 and {slow_mode.LONGEST_S} seconds")
    channel.rate_limit_per_user = interval_s
    channel.name = str(body.get("name") or channel.name)
    channel.topic = body.get("topic", channel.topic)
    world.tell(changes.ThreadUpdated(channel) if channel.thread else changes.ChannelUpdated(channel))
    return 200, {"channel": views.thread(channel) if channel.thread else views.channel(world, channel)}


def routes() -> list[web.RouteDef]:
    return [web.patch("/control/channels/{channel}", control(change_channel))]
