"""People who add the bot to a server."""

from typing import Any

from aiohttp import web

from bots.playground.discord import servers
from bots.playground.discord.control.serving import Wish, control


async def add_server(wish: Wish) -> tuple[int, Any]:
    """Somebody makes a server and adds the bot; `shard` is [number, count]."""
    body = wish.body
    shard = (int(body["shard"][0]), int(body["shard"][1])) if body.get("shard") else None
    guild = servers.join(
        wish.state.world,
        str(wish.required("name")),
        wish.user(),
        permissions=int(body.get("permissions") or 0),
        silent=tuple(map(str, body.get("silent") or ())),
        shard=shard,
    )
    return 201, {"id": str(guild.id), "channels": {each.name: str(each.id) for each in guild.channels.values()}}


def routes() -> list[web.RouteDef]:
    return [web.post("/control/servers", control(add_server))]
