"""The whole world at once, and the stream of what happens next."""

import asyncio
import contextlib
from typing import Any

import msgspec
from aiohttp import web

from bots.playground.discord import gateway
from bots.playground.discord.control import views
from bots.playground.discord.control.narrator import Narrator
from bots.playground.discord.control.serving import Wish, base_url_of, control
from bots.playground.discord.entities import Guild
from bots.playground.discord.state import STATE, ServerState


class Watched(set[web.WebSocketResponse]):
    """The sockets of those who watch."""


NEWEST_INTERACTIONS = 200
WATCHED = web.AppKey("discord_watched", Watched)
NARRATOR = web.AppKey("discord_narrator", Narrator)


async def state(wish: Wish) -> tuple[int, Any]:
    """Everything that the page shows."""
    server = wish.state
    world = server.world
    guild = next(iter(world.guilds.values()))
    places = [*world.channels.values()]
    return 200, {
        "application": _application(server),
        "me": {"id": str(world.bot.id), "name": world.bot.name, "username": world.bot.username, "bot": True},
        **_guild(guild),
        "channels": [views.channel(world, each) for each in places if each.thread is None],
        "threads": [views.thread(each) for each in places if each.thread is not None],
        "messages": {
            str(place.id): [views.message(world, each, wish.renderer) for _, each in sorted(place.messages.items())]
            for place in places
        },
        "commands": [views.command(each) for each in server.commands.all()],
        "modals": _modals(server),
        "typing": wish.request.app[NARRATOR].typing(),
        "interactions": [views.interaction(each) for each in server.interactions.newest(NEWEST_INTERACTIONS)],
        "pings": [views.ping(each) for each in world.pings],
        "rules": msgspec.to_builtins(server.rules),
    }


def _application(server: ServerState) -> dict[str, Any]:
    world = server.world
    return {
        "id": str(world.application_id),
        "name": world.bot.name,
        "flags": gateway.application_flags(server),
        "token": world.token,
    }


def _guild(guild: Guild) -> dict[str, Any]:
    return {
        "guild": {"id": str(guild.id), "name": guild.name, "owner_id": str(guild.owner_id)},
        "roles": [views.role(each) for each in guild.roles.values()],
        "members": [views.member(guild, each) for each in guild.members.values()],
    }


def _modals(server: ServerState) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for modal in server.interactions.modals.values():
        found.setdefault(str(modal.user.id), []).append(views.modal(modal))
    return found


async def events(request: web.Request) -> web.WebSocketResponse:
    """Everything that happens from now on, one JSON object in each frame."""
    socket = web.WebSocketResponse(heartbeat=30.0)
    await socket.prepare(request)
    with request.app[STATE].stream.watch(base_url_of(request)) as queue:
        await socket.send_str('{"event":"hello"}')
        sender = asyncio.create_task(_forward(socket, queue))
        request.app[WATCHED].add(socket)
        try:
            async for _ in socket:
                pass
        finally:
            request.app[WATCHED].discard(socket)
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
    return socket


async def _forward(socket: web.WebSocketResponse, queue: asyncio.Queue[bytes]) -> None:
    with contextlib.suppress(ConnectionError):
        while True:
            await socket.send_str((await queue.get()).decode())


def routes() -> list[web.RouteDef]:
    return [web.get("/control/state", control(state)), web.get("/control/events", events)]
