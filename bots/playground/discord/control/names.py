"""Finds people, channels and messages by id or by name, and writes mentions as the client does."""

import re

from bots.playground.discord.entities import Channel, Guild, Message, User
from bots.playground.discord.world import DiscordWorld


class Unknown(Exception):
    """Nobody and nothing has that name."""


def user(world: DiscordWorld, given: object) -> User:
    """A user by id, by name or by user name."""
    text = str(given).removeprefix("@")
    if text.isdecimal() and int(text) in world.users:
        return world.users[int(text)]
    for each in world.users.values():
        if text.casefold() in (each.name.casefold(), each.username.casefold()):
            return each
    raise Unknown(f"no user {given!r}")


def channel(world: DiscordWorld, given: object) -> Channel:
    """A channel, thread or direct message (`dm:Ann`) by id or by name."""
    text = str(given)
    if text.startswith("dm:"):
        return world.direct(user(world, text[3:]))
    if text.isdecimal() and int(text) in world.channels:
        return world.channels[int(text)]
    name = text.removeprefix("#").casefold()
    for each in world.channels.values():
        if each.name and each.name.casefold() == name:
            return each
    raise Unknown(f"no channel {given!r}")


def message(world: DiscordWorld, given: object) -> Message:
    """A message by id."""
    found = world.find_message(int(str(given))) if str(given).isdecimal() else None
    if found is None:
        raise Unknown(f"no message {given!r}")
    return found


def role(guild: Guild, given: object) -> int:
    """A role by id or by name."""
    text = str(given).removeprefix("@")
    for each in guild.roles.values():
        if text == str(each.id) or text.casefold() == each.name.casefold():
            return each.id
    raise Unknown(f"no role {given!r}")


def as_client_writes(world: DiscordWorld, place: Channel, content: str) -> str:
    """`@Ann` becomes `<@id>`, `@Moderators` `<@&id>`, `#general` `<#id>`; people come before roles of the same name."""
    written: dict[str, str] = {}
    for each in place.guild.channels.values() if place.guild else ():
        written[f"#{each.name.casefold()}"] = f"<#{each.id}>"
    for each_role in place.guild.roles.values() if place.guild else ():
        written[f"@{each_role.name.casefold()}"] = f"<@&{each_role.id}>"
    written.pop("@@everyone", None)
    for each_user in world.users.values():
        written[f"@{each_user.username.casefold()}"] = f"<@{each_user.id}>"
        written[f"@{each_user.name.casefold()}"] = f"<@{each_user.id}>"
    longest_first = sorted(written, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w<&])({'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    return pattern.sub(lambda match: written[match[1].casefold()], content)
