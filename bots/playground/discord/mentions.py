"""Who a message mentions and who it notifies (discord.com/developers/docs/resources/message, "Allowed Mentions")."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bots.playground.discord import permissions
from bots.playground.discord.entities import Channel, Guild
from bots.playground.discord.permissions import Permission

CODE = re.compile(r"```.*?```|``.*?``|`[^`\n]*`", re.DOTALL)
USER = re.compile(r"(?<!\\)<@!?(\d{1,20})>")
ROLE = re.compile(r"(?<!\\)<@&(\d{1,20})>")
EVERYONE = re.compile(r"(?<!\\)@(everyone|here)\b")


@dataclass(frozen=True, slots=True)
class AllowedMentions:
    """Which mentions notify: True for all of a kind, or the ids that may; `replied_user` for the target of a reply."""

    everyone: bool = True
    users: bool | frozenset[int] = True
    roles: bool | frozenset[int] = True
    replied_user: bool = True


EVERYTHING = AllowedMentions()
USERS_ONLY = AllowedMentions(everyone=False, roles=False)


@dataclass(slots=True)
class Mentioned:
    """The outcome: what the message lists, and who is notified, with the kind of mention."""

    users: list[int] = field(default_factory=list)
    roles: list[int] = field(default_factory=list)
    everyone: bool = False
    notified: dict[int, str] = field(default_factory=dict)


def texts(content: str, components: Iterable[dict[str, Any]]) -> str:
    """The text that mentions are parsed from: the content and every text display."""
    displays = [str(each.get("content") or "") for each in walk(components) if each.get("type") == 10]
    return CODE.sub(" ", "\n".join([content, *displays]))


def walk(components: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every component, at any depth."""
    for component in components:
        yield component
        yield from walk(component.get("components") or ())
        for single in ("accessory", "component"):
            if isinstance(component.get(single), dict):
                yield from walk((component[single],))


def _ids(found: Iterable[str], allowed: bool | frozenset[int]) -> list[int]:
    if allowed is False:
        return []
    ids = dict.fromkeys(int(identifier) for identifier in found)
    return [identifier for identifier in ids if allowed is True or identifier in allowed]


def parse(
    channel: Channel, author_id: int, text: str, allowed: AllowedMentions, replied_to: int | None = None
) -> Mentioned:
    """Read the mentions of a text in a channel; ids of people who are not there are ignored."""
    result = Mentioned(users=[user for user in _ids(USER.findall(text), allowed.users) if _is_there(channel, user)])
    if replied_to is not None and allowed.replied_user and replied_to not in result.users:
        result.users.append(replied_to)
        result.notified[replied_to] = "reply"
    for user in result.users:
        result.notified.setdefault(user, "user")
    if channel.guild:
        _parse_groups(channel, channel.guild, author_id, text, allowed, result)
    result.notified.pop(author_id, None)
    return result


def _parse_groups(
    channel: Channel, guild: Guild, author_id: int, text: str, allowed: AllowedMentions, result: Mentioned
) -> None:
    may_everyone = permissions.may(channel, author_id, Permission.MENTION_EVERYONE) or author_id not in guild.members
    for identifier in _ids(ROLE.findall(text), allowed.roles):
        role = guild.roles.get(identifier)
        if role is None:
            continue
        result.roles.append(role.id)
        if role.mentionable or may_everyone:
            _notify(channel, (m for m in guild.members if role.id in guild.members[m].roles), "role", result)
    if allowed.everyone and may_everyone and EVERYONE.search(text):
        result.everyone = True
        _notify(channel, guild.members, "everyone", result)


def _notify(channel: Channel, members: Iterable[int], kind: str, result: Mentioned) -> None:
    for member in members:
        if permissions.may(channel, member, Permission.VIEW_CHANNEL):
            result.notified.setdefault(member, kind)


def _is_there(channel: Channel, user_id: int) -> bool:
    if channel.guild:
        return user_id in channel.guild.members
    return True
