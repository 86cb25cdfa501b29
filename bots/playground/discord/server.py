"""The local Discord as one aiohttp application: REST below `/api/v10`, `/gateway`, `/cdn` and `/control`."""

from collections.abc import AsyncIterator
from typing import Any

from aiohttp import WSCloseCode, web

from bots.playground import faults
from bots.playground.discord import gateway
from bots.playground.discord.calls import CallLog
from bots.playground.discord.commands import CommandRegistry
from bots.playground.discord.control import acting, joining, placing, snapshot, talking, testbed, views
from bots.playground.discord.control.narrator import Narrator
from bots.playground.discord.default_world import default_world
from bots.playground.discord.dispatching import Dispatcher
from bots.playground.discord.interactions import Interactions
from bots.playground.discord.limits import Limits
from bots.playground.discord.rest import (
    applications,
    channels,
    emojis,
    files,
    guilds,
    interactions,
    messages,
    pins,
    polls,
    reactions,
    threads,
    webhooks,
)
from bots.playground.discord.rest.serving import PREFIX, serve, unknown_method, unknown_route
from bots.playground.discord.rules import Rules
from bots.playground.discord.sessions import Sessions
from bots.playground.discord.starts import StartLimit
from bots.playground.discord.state import STATE, ServerState
from bots.playground.discord.stream import Stream
from bots.playground.discord.unfurling import Unfurler
from bots.playground.discord.world import DiscordWorld

FAMILIES = (applications, guilds, channels, pins, messages, polls, reactions, threads, webhooks, interactions, emojis)
BODY_OVERHEAD_BYTES = 1024 * 1024
MOST_FILES = 10


def create_app(world: DiscordWorld | None = None, rules: Rules | None = None) -> web.Application:
    """A whole local Discord; it stands alone or below a prefix of another application."""
    rules = rules or Rules()
    app = web.Application(client_max_size=MOST_FILES * rules.attachment_limit_bytes + BODY_OVERHEAD_BYTES)
    state, narrator = _put_together(world or default_world(), rules)
    app[STATE] = state
    app[snapshot.NARRATOR] = narrator
    app[snapshot.WATCHED] = snapshot.Watched()
    app[gateway.OPEN] = gateway.Connections()
    _add_routes(app, state)
    app.on_shutdown.append(_close_sockets)
    app.cleanup_ctx.append(_stop_timers)
    return app


def _put_together(world: DiscordWorld, rules: Rules) -> tuple[ServerState, Narrator]:
    stream = Stream()
    narrator = Narrator(world, stream, rules.attachment_url_life_s)

    def sessions_changed() -> None:
        stream.publish("gateway", lambda _: {"sessions": [views.session(each) for each in sessions.all()]})

    def commands_changed() -> None:
        stream.publish("commands_changed", lambda _: {"commands": [views.command(each) for each in commands.all()]})

    sessions = Sessions(rules, sessions_changed)
    commands = CommandRegistry(world.snowflakes, rules, commands_changed)
    unfurler = Unfurler(world, rules)
    for listener in (Dispatcher(world, sessions, rules), narrator, unfurler):
        world.listen(listener)
    state = ServerState(
        world=world,
        rules=rules,
        faults=faults.Faults(),
        limits=Limits(rules),
        calls=CallLog(),
        commands=commands,
        sessions=sessions,
        starts=StartLimit(rules),
        interactions=Interactions(rules, narrator.interaction, narrator.modal),
        stream=stream,
        unfurler=unfurler,
    )
    return state, narrator


def _add_routes(app: web.Application, state: ServerState) -> None:
    for family in FAMILIES:
        for route in family.ROUTES:
            app.router.add_route(route.method, PREFIX + route.path, serve(route))
    for path in dict.fromkeys(route.path for family in FAMILIES for route in family.ROUTES):
        app.router.add_route("*", PREFIX + path, unknown_method)
    app.router.add_route("*", PREFIX + "/{anything:.*}", unknown_route)
    app.add_routes([web.get("/gateway", gateway.handle), web.get("/gateway/", gateway.handle), *files.ROUTES])
    for control in (talking, acting, joining, placing, testbed, snapshot):
        app.add_routes(control.routes())
    app.add_routes(faults.routes(state.faults))


async def _close_sockets(app: web.Application) -> None:
    open_now, watched = app[gateway.OPEN], app[snapshot.WATCHED]
    for connection in list(open_now):
        connection.close(WSCloseCode.GOING_AWAY)
    for socket in list(watched):
        await socket.close(code=WSCloseCode.GOING_AWAY)


async def _stop_timers(app: web.Application) -> AsyncIterator[Any]:
    yield
    app[STATE].interactions.stop()
    app[STATE].unfurler.stop()
