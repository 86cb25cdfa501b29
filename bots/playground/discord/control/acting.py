"""People who use commands, buttons, menus and forms."""

import asyncio
import contextlib
from typing import Any

from aiohttp import web

from bots.playground.discord import commands, interaction_payloads, permissions
from bots.playground.discord.commands import Command
from bots.playground.discord.control import names, options, views
from bots.playground.discord.control.serving import Bad, Wish, control
from bots.playground.discord.entities import Channel, Message, User
from bots.playground.discord.interactions import Interaction, InteractionState, Modal
from bots.playground.discord.mentions import walk
from bots.playground.discord.message_payloads import Renderer
from bots.playground.discord.permissions import Permission
from bots.playground.discord.sessions import MESSAGE_CONTENT, Session
from bots.playground.discord.state import ServerState

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
SELECTS = (3, 5, 6, 7, 8)
Answer = tuple[int, Any]


def begin(
    state: ServerState,
    kind: int,
    user: User,
    channel: Channel,
    data: dict[str, Any],
    *,
    age_s: float | None = None,
    **more: Any,
) -> Interaction:
    """Send INTERACTION_CREATE to the shard of the place; 503 when no bot is there to hear it.

    With `age_s` its id says that it began that long ago; its token lives from now.
    """
    if not any(session.serves(channel.guild_id) for session in state.sessions.all()):
        raise Bad("no bot is connected", 503)
    interaction_id = state.world.snowflakes.aged(age_s) if age_s else state.world.snowflakes.next()
    interaction = state.interactions.begin(interaction_id, kind, user, channel, data, **more)

    def render(session: Session) -> dict[str, Any]:
        sees = bool(session.intents & MESSAGE_CONTENT)
        life_s = state.rules.attachment_url_life_s
        renderer = Renderer(state.world, session.base_url, life_s, sees_content=sees)
        return interaction_payloads.create(state.world, state.rules, interaction, renderer)

    state.sessions.dispatch("INTERACTION_CREATE", render, channel.guild_id)
    return interaction


def _answer(interaction: Interaction) -> Answer:
    return 201, {"interaction_id": str(interaction.id), "interaction": views.interaction(interaction)}


def _check_place(channel: Channel, user: User) -> None:
    inside = channel.recipient is user or permissions.may(channel, user.id, Permission.VIEW_CHANNEL)
    if not inside or (channel.recipient and channel.recipient is not user):
        raise Bad(f"{user.name} does not see this channel", 403)


def _command(wish: Wish, channel: Channel, user: User) -> Command:
    wanted = str(wish.required("command")).removeprefix("/")
    scopes = [channel.guild_id, None] if channel.guild else [None]
    for scope in scopes:
        for command in wish.state.commands.of(scope):
            if wanted in (command.name, str(command.id)):
                shown = command.name in wish.state.commands.shown_to_everybody
                if commands.may_use(command, channel, user.id, shown_to_everybody=shown):
                    return command
                raise Bad(f"{user.name} may not use {command.name!r} here", 403)
    raise Bad(f"no command {wanted!r} here", 404)


async def list_commands(wish: Wish) -> Answer:
    """The registered commands; with a person and a channel, which of them the client shows."""
    query, world = wish.request.query, wish.state.world
    listed = []
    for command in wish.state.commands.all():
        view = views.command(command)
        if "user" in query and "channel" in query:
            user, channel = names.user(world, query["user"]), names.channel(world, query["channel"])
            shown = command.name in wish.state.commands.shown_to_everybody
            view["allowed"] = commands.may_use(command, channel, user.id, shown_to_everybody=shown)
        else:
            view["allowed"] = True
        listed.append(view)
    return 200, {"commands": listed}


async def show_commands(wish: Wish) -> Answer:
    """Somebody shows commands to everybody, in Server Settings under Integrations; what they need is passed over."""
    wish.state.commands.shown_to_everybody = frozenset(map(str, wish.body.get("shown_to_everybody") or ()))
    return await list_commands(wish)


async def use_command(wish: Wish) -> Answer:
    """A person uses a slash command or a context menu command."""
    user, channel = wish.user(), wish.channel()
    _check_place(channel, user)
    command = _command(wish, channel, user)
    data = options.command_data(wish, command, channel)
    how: dict[str, Any] = {"age_s": wish.body.get("age_s")}
    if wish.body.get("installed_by") == "user":
        if 1 not in command.body.get("integration_types", ()):
            raise Bad(f"people cannot install {command.name!r} for themselves")
        how["installed_by_user"] = True
    return _answer(begin(wish.state, COMMAND, user, channel, data, name=options.full_name(command, wish.body), **how))


async def autocomplete(wish: Wish) -> Answer:
    """A person types in an option; the bot's choices, or none when it does not answer in time."""
    user, channel = wish.user(), wish.channel()
    _check_place(channel, user)
    command = _command(wish, channel, user)
    data = options.command_data(wish, command, channel, focused=str(wish.required("option")))
    interaction = begin(wish.state, AUTOCOMPLETE, user, channel, data, name=command.name)
    await interaction.settled.wait()
    if interaction.state is InteractionState.FAILED:
        return 200, {"choices": [], "error": interaction.error}
    return 200, {"choices": interaction.choices or []}


async def use_component(wish: Wish) -> Answer:
    """A person presses a button or chooses from a menu."""
    user, message = wish.user(), wish.message(wish.required("message"))
    _check_place(message.channel, user)
    if message.ephemeral_for not in (None, user.id):
        raise Bad(f"{user.name} does not see this message", 403)
    component = _component(message, wish.required("custom_id"))
    data: dict[str, Any] = {
        "custom_id": component["custom_id"],
        "component_type": component["type"],
        "id": component.get("id", 0),
    }
    if component["type"] in SELECTS:
        data["values"] = _chosen(component, wish.body.get("values") or [])
    age_s = wish.body.get("age_s")
    return _answer(begin(wish.state, COMPONENT, user, message.channel, data, message=message, age_s=age_s))


def _component(message: Message, custom_id: Any) -> dict[str, Any]:
    component = next((each for each in walk(message.components) if each.get("custom_id") == custom_id), None)
    if component is None:
        raise Bad(f"no component {custom_id!r} in this message", 404)
    if component.get("disabled"):
        raise Bad(f"component {custom_id!r} is disabled", 403)
    return component


def _chosen(component: dict[str, Any], values: list[Any]) -> list[str]:
    low, high = component.get("min_values", 1), component.get("max_values", 1)
    if not low <= len(values) <= high:
        raise Bad(f"choose between {low} and {high} values")
    known = {option["value"] for option in component.get("options") or ()}
    if component["type"] == 3 and not known.issuperset(values):
        raise Bad("that is not among the options")
    return [str(value) for value in values]


def _modal(wish: Wish) -> Modal:
    given = wish.request.match_info["modal"]
    modal = wish.state.interactions.modals.get(int(given)) if given.isdecimal() else None
    if modal is None:
        raise Bad(f"no modal {given!r} is open", 404)
    return modal


async def submit_modal(wish: Wish) -> Answer:
    """A person sends a form; required inputs and lengths are checked as the client does."""
    modal, user = _modal(wish), wish.user()
    if user is not modal.user:
        raise Bad(f"{user.name} does not see this modal", 403)
    opener = modal.interaction
    components = options.filled(wish, opener.channel, modal.components, dict(wish.body.get("values") or {}))
    data = {"custom_id": modal.custom_id, "components": components}
    wish.state.interactions.close_modal(modal)
    return _answer(
        begin(wish.state, SUBMIT, user, opener.channel, data, message=opener.message, opened_by=opener.origin)
    )


async def close_modal(wish: Wish) -> Answer:
    """A person closes a form without sending it; the bot is not told."""
    wish.state.interactions.close_modal(_modal(wish))
    return 200, {}


async def one_interaction(wish: Wish) -> Answer:
    """The state of an interaction; with `wait_s` once it is settled."""
    given = wish.request.match_info["interaction"]
    interaction = wish.state.interactions.find(int(given)) if given.isdecimal() else None
    if interaction is None:
        raise Bad(f"no interaction {given!r}", 404)
    wait_s = float(wish.request.query.get("wait_s", 0))
    if wait_s > 0:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(interaction.settled.wait(), wait_s)
    return 200, views.interaction(interaction)


def routes() -> list[web.RouteDef]:
    return [
        web.get("/control/commands", control(list_commands)),
        web.post("/control/commands", control(use_command)),
        web.patch("/control/commands", control(show_commands)),
        web.post("/control/autocomplete", control(autocomplete)),
        web.post("/control/components", control(use_component)),
        web.post("/control/modals/{modal}/submit", control(submit_modal)),
        web.delete("/control/modals/{modal}", control(close_modal)),
        web.get("/control/interactions/{interaction}", control(one_interaction)),
    ]
