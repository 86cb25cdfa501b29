"""Registers the commands, and only when what Discord knows differs from them.

A blind overwrite makes every client fetch them anew (discord.com/developers/docs/interactions/application-commands).
"""

import asyncio
from typing import Any

import discord
import structlog
from discord import app_commands

from bots.discord import rest
from core.errors import Kind, PlatformTrouble

log = structlog.get_logger()

FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 600.0

TELLING = (
    "type",
    "name",
    "description",
    "required",
    "choices",
    "value",
    "autocomplete",
    "channel_types",
    "min_length",
    "max_length",
    "min_value",
    "max_value",
    "nsfw",
    "default_member_permissions",
    "contexts",
    "integration_types",
    "options",
)


async def registered(client: discord.Client, tree: app_commands.CommandTree[Any]) -> None:
    """Returns once the commands are registered, or never can be: mentions are answered meanwhile, and all the same."""
    pause_s = FIRST_PAUSE_S
    while True:
        try:
            await register(client, tree)
        except PlatformTrouble as trouble:
            log.warning("commands.not_registered", code=trouble.code)
            if trouble.kind not in (Kind.TRANSIENT, Kind.LIMITED):
                return
            await asyncio.sleep(max(trouble.retry_after_s or 0, pause_s))
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        else:
            return


async def register(client: discord.Client, tree: app_commands.CommandTree[Any]) -> bool:
    """Make the global commands those of the tree; True when they had to be written. Raises PlatformTrouble."""
    if client.application_id is None:
        raise PlatformTrouble(Kind.DENIED, "not_logged_in")
    registered = await rest.call(client.http.get_global_commands(client.application_id))
    wanted = [command.to_dict(tree) for command in tree.get_commands()]
    if by_name(registered) == by_name(wanted):
        return False
    await rest.call(client.http.bulk_upsert_global_commands(client.application_id, payload=wanted))
    log.info("commands.registered", count=len(wanted))
    return True


def by_name(commands: Any) -> dict[tuple[int, str], Any]:
    return {(command.get("type", 1), command["name"]): telling(command) for command in commands}


def telling(value: Any) -> Any:
    """What tells two commands apart: no ids and versions, and nothing that says no more than its absence."""
    match value:
        case dict():
            kept = {key: telling(value[key]) for key in TELLING if key in value}
            if kept.get("default_member_permissions") is not None:
                kept["default_member_permissions"] = str(kept["default_member_permissions"])
            return {key: each for key, each in kept.items() if each not in (None, False, [], "")}
        case list() if all(isinstance(each, int) for each in value):
            return sorted(value)
        case list():
            return [telling(each) for each in value]
    return value
