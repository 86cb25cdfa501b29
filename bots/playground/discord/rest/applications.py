"""Who the bot is, where the gateway is, and the application's commands."""

from typing import Any

from bots.playground.discord import gateway, payloads, permissions
from bots.playground.discord.entities import Guild
from bots.playground.discord.errors import Refusal
from bots.playground.discord.rest.call import Answer, Call, Route
from bots.playground.discord.starts import DAY_S
from bots.playground.discord.state import ServerState


def own_user(call: Call) -> Answer:
    """…/resources/user, "Get Current User"."""
    return Answer({**payloads.user(call.bot), "verified": True, "mfa_enabled": False, "flags": 0, "locale": "en-US"})


def a_user(call: Call) -> Answer:
    """…/resources/user, "Get User"."""
    user = call.state.world.users.get(call.id("user"))
    if user is None:
        raise Refusal(10013)
    return Answer(payloads.user(user))


def application(state: ServerState) -> dict[str, Any]:
    """…/resources/application, "Application Object"."""
    world = state.world
    owner = next(iter(world.guilds.values())).owner_id if world.guilds else world.bot.id
    return {
        "id": str(world.application_id),
        "name": world.bot.name,
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "bot": payloads.user(world.bot),
        "owner": payloads.user(world.users[owner]),
        "verify_key": "0" * 64,
        "team": None,
        "flags": gateway.application_flags(state),
        "approximate_guild_count": len(world.guilds),
        "interactions_endpoint_url": None,
        "redirect_uris": [],
        "tags": [],
        "integration_types_config": {"0": {}},
    }


def own_application(call: Call) -> Answer:
    """…/topics/oauth2, "Get Current Bot Application Information"."""
    return Answer(application(call.state))


def gateway_address(call: Call) -> Answer:
    """…/events/gateway, "Get Gateway"."""
    return Answer({"url": call.base_url.replace("http", "ws", 1) + "/gateway"})


def gateway_for_bots(call: Call) -> Answer:
    """…/events/gateway, "Get Gateway Bot"."""
    rules, world = call.state.rules, call.state.world
    starts = call.state.starts
    left = max(rules.session_starts_per_day - starts.started, 0)
    reset_ms = int(max(starts.began_at + DAY_S - call.now, 0.0) * 1000)
    return Answer(
        {
            "url": call.base_url.replace("http", "ws", 1) + "/gateway",
            "shards": max(1, -(-len(world.guilds) // 1000)),
            "session_start_limit": {
                "total": rules.session_starts_per_day,
                "remaining": left,
                "reset_after": reset_ms,
                "max_concurrency": rules.max_concurrency,
            },
        }
    )


def own_guilds(call: Call) -> Answer:
    """…/resources/user, "Get Current User Guilds": with what the bot's roles let it do, channels left aside."""
    limit, after = call.number("limit", 200, 1, 200), call.number("after", 0, 0, 1 << 63)
    ids = sorted(each for each in call.state.world.guilds if each > after)[:limit]
    return Answer([_partial(call.state.world.guilds[each], call.bot.id) for each in ids])


def _partial(guild: Guild, user_id: int) -> dict[str, Any]:
    core = payloads.guild_core(guild)
    granted = permissions.in_guild(guild, guild.members[user_id])
    return {key: core[key] for key in ("id", "name", "icon", "features")} | {
        "owner": guild.owner_id == user_id,
        "permissions": str(granted),
    }


def _scope(call: Call) -> int | None:
    if call.id("application") != call.state.world.application_id:
        raise Refusal(20012)
    if "guild" not in call.path:
        return None
    if call.id("guild") not in call.state.world.guilds:
        raise Refusal(50001)
    return call.id("guild")


def list_commands(call: Call) -> Answer:
    """…/interactions/application-commands, "Get Global Application Commands"."""
    scope = _scope(call)
    return Answer([command.payload(call.bot.id) for command in call.state.commands.of(scope)])


def overwrite_commands(call: Call) -> Answer:
    """…, "Bulk Overwrite Global Application Commands"."""
    kept = call.state.commands.overwrite(_scope(call), call.sent.value, call.now)
    return Answer([command.payload(call.bot.id) for command in kept])


def create_command(call: Call) -> Answer:
    """…, "Create Global Application Command": 201, or 200 when it replaced one."""
    command, is_new = call.state.commands.create(_scope(call), call.body, call.now)
    return Answer(command.payload(call.bot.id), 201 if is_new else 200)


def one_command(call: Call) -> Answer:
    """…, "Get Global Application Command"."""
    return Answer(call.state.commands.get(_scope(call), call.id("command")).payload(call.bot.id))


def edit_command(call: Call) -> Answer:
    """…, "Edit Global Application Command"."""
    command = call.state.commands.edit(_scope(call), call.id("command"), call.body, call.now)
    return Answer(command.payload(call.bot.id))


def delete_command(call: Call) -> Answer:
    """…, "Delete Global Application Command"."""
    call.state.commands.delete(_scope(call), call.id("command"))
    return Answer()


def _command_routes(base: str) -> list[Route]:
    return [
        Route("GET", base, list_commands),
        Route("PUT", base, overwrite_commands),
        Route("POST", base, create_command),
        Route("GET", base + "/{command}", one_command),
        Route("PATCH", base + "/{command}", edit_command),
        Route("DELETE", base + "/{command}", delete_command),
    ]


ROUTES = [
    Route("GET", "/users/@me", own_user),
    Route("GET", "/users/@me/guilds", own_guilds),
    Route("GET", "/users/{user}", a_user),
    Route("GET", "/oauth2/applications/@me", own_application),
    Route("GET", "/applications/@me", own_application),
    Route("GET", "/gateway", gateway_address, token=True),
    Route("GET", "/gateway/bot", gateway_for_bots),
    *_command_routes("/applications/{application}/commands"),
    *_command_routes("/applications/{application}/guilds/{guild}/commands"),
]
