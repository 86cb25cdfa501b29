"""INTERACTION_CREATE as Discord sends it (…/interactions/receiving-and-responding, "Interaction Object")."""

from typing import Any

from bots.playground.discord import payloads, permissions
from bots.playground.discord.entities import Channel, User
from bots.playground.discord.interactions import Interaction
from bots.playground.discord.message_payloads import Renderer
from bots.playground.discord.permissions import Permission
from bots.playground.discord.rules import Rules
from bots.playground.discord.world import DiscordWorld

Json = dict[str, Any]


def create(world: DiscordWorld, rules: Rules, interaction: Interaction, renderer: Renderer) -> Json:
    """The whole event; `member` with permissions in a guild, `user` in a direct message."""
    channel = interaction.channel
    body: Json = {
        "id": str(interaction.id),
        "application_id": str(world.application_id),
        "type": interaction.type,
        "token": interaction.token,
        "version": 1,
        "data": interaction.data | _resolved(world, interaction, renderer),
        "channel": place(channel, interaction.user),
        "channel_id": str(channel.id),
        "app_permissions": str(_app_permissions(channel, world.bot)),
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": _owners(interaction),
        "context": 0 if channel.guild else 1,
        "attachment_size_limit": rules.attachment_limit_bytes,
    }
    if interaction.message:
        body["message"] = renderer.message(interaction.message)
    return body | _person(channel, interaction.user)


def _owners(interaction: Interaction) -> Json:
    """Who installed it there (…/interactions/receiving-and-responding, "Authorizing Integration Owners")."""
    if interaction.installed_by_user:
        return {"1": str(interaction.user.id)}
    return {"0": str(interaction.channel.guild_id or 0)}


def _person(channel: Channel, user: User) -> Json:
    guild = channel.guild
    if guild is None:
        return {"user": payloads.user(user)}
    granted = str(permissions.in_channel(channel, user.id))
    return {
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": "en-US", "features": ["COMMUNITY"]},
        "guild_locale": "en-US",
        "member": {**payloads.member(guild.members[user.id]), "permissions": granted},
    }


def _app_permissions(channel: Channel, bot: User) -> int:
    """In a direct message what the documentation lists for one with the application's bot."""
    if channel.guild:
        return permissions.in_channel(channel, bot.id)
    return int(
        Permission.ATTACH_FILES | Permission.EMBED_LINKS | Permission.MENTION_EVERYONE | Permission.USE_EXTERNAL_EMOJIS
    )


def place(channel: Channel, user: User) -> Json:
    """A partial channel with the permissions of the person."""
    return {**payloads.channel(channel), "permissions": str(permissions.in_channel(channel, user.id))}


def _resolved(world: DiscordWorld, interaction: Interaction, renderer: Renderer) -> Json:
    """The users, members, roles, channels and messages that the data names by id ("Resolved Data Structure")."""
    guild = interaction.channel.guild
    resolved: dict[str, Json] = {}
    for each in named_ids(interaction.data):
        key = str(each)
        if user := world.users.get(each):
            resolved.setdefault("users", {})[key] = payloads.user(user)
            if guild and each in guild.members:
                member = payloads.member(guild.members[each], with_user=False)
                granted = str(permissions.in_channel(interaction.channel, each))
                resolved.setdefault("members", {})[key] = {**member, "permissions": granted}
        elif guild and each in guild.roles:
            resolved.setdefault("roles", {})[key] = payloads.role(guild.roles[each])
        elif each == int(interaction.data.get("target_id") or 0) and interaction.data.get("type") == 3:
            target = interaction.channel.messages[each]
            body = renderer.message(target, target_of_command=True)
            resolved.setdefault("messages", {})[key] = body
        elif channel := world.channels.get(each):
            resolved.setdefault("channels", {})[key] = place(channel, interaction.user)
        elif attachment := world.attachments.get(each):
            resolved.setdefault("attachments", {})[key] = renderer.attachment(attachment)
    return {"resolved": resolved} if resolved else {}


def named_ids(data: Json) -> list[int]:
    """The ids that a command's options, a select menu's values or a target name."""
    found = [data["target_id"]] if data.get("target_id") else []
    if data.get("component_type") in (5, 6, 7, 8):
        found += data.get("values") or []
    waiting = list(data.get("options") or ())
    while waiting:
        option = waiting.pop()
        waiting += option.get("options") or ()
        if option.get("type") in (6, 7, 8, 9, 11) and "value" in option:
            found.append(option["value"])
    for label in data.get("components") or ():
        component = label.get("component") or {}
        if component.get("type") in (5, 6, 7, 8, 19):
            found += component.get("values") or ()
    return [int(each) for each in found]
