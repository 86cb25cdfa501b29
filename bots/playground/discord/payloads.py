"""Objects as Discord writes them in JSON."""

from collections.abc import Sequence
from typing import Any

from bots.playground.discord import permissions, threads
from bots.playground.discord.entities import (
    Channel,
    ChannelType,
    Guild,
    Member,
    Overwrite,
    Role,
    User,
    Webhook,
)
from bots.playground.discord.snowflakes import iso

Json = dict[str, Any]


def user(subject: User) -> Json:
    """discord.com/developers/docs/resources/user, "User Object"."""
    return {
        "id": str(subject.id),
        "username": subject.username,
        "discriminator": f"{1 + subject.id % 9_999:04}" if subject.bot else "0",
        "global_name": None if subject.bot else subject.name,
        "avatar": None,
        "bot": subject.bot,
        "public_flags": 0,
    }


def member(subject: Member, *, with_user: bool = True) -> Json:
    """discord.com/developers/docs/resources/guild, "Guild Member Object"."""
    body: Json = {
        "nick": subject.nick,
        "avatar": None,
        "roles": [str(role) for role in sorted(subject.roles)],
        "joined_at": iso(subject.joined_at),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "communication_disabled_until": None,
    }
    return {**body, "user": user(subject.user)} if with_user else body


def role(subject: Role) -> Json:
    """discord.com/developers/docs/topics/permissions, "Role Object"."""
    body: Json = {
        "id": str(subject.id),
        "name": subject.name,
        "permissions": str(subject.permissions),
        "position": subject.position,
        "color": subject.color,
        "colors": {"primary_color": subject.color, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": subject.managed,
        "mentionable": subject.mentionable,
        "flags": 0,
    }
    return {**body, "tags": {"bot_id": str(subject.bot_id)}} if subject.bot_id else body


def _overwrite(subject: Overwrite) -> Json:
    return {
        "id": str(subject.id),
        "type": subject.type,
        "allow": str(subject.allow),
        "deny": str(subject.deny),
    }


def channel(subject: Channel) -> Json:
    """discord.com/developers/docs/resources/channel, "Channel Object"."""
    if subject.thread:
        return thread(subject)
    body: Json = {
        "id": str(subject.id),
        "type": int(subject.type),
        "last_message_id": str(subject.order[-1]) if subject.order else None,
        "flags": 0,
    }
    if subject.recipient:
        return {**body, "recipients": [user(subject.recipient)]}
    body |= {
        "guild_id": str(subject.guild_id),
        "name": subject.name,
        "position": subject.position,
        "topic": subject.topic,
        "nsfw": subject.nsfw,
        "parent_id": str(subject.parent_id) if subject.parent_id else None,
        "rate_limit_per_user": subject.rate_limit_per_user,
        "permission_overwrites": [_overwrite(overwrite) for overwrite in subject.overwrites],
    }
    if subject.type == ChannelType.VOICE:
        body |= {"bitrate": 64_000, "user_limit": 0, "rtc_region": None}
    if subject.type == ChannelType.FORUM:
        body |= {"available_tags": [], "default_reaction_emoji": None, "default_sort_order": None}
        body["default_forum_layout"] = 0
    return body


def thread(subject: Channel) -> Json:
    """A thread is a channel with `thread_metadata` (…/resources/channel, "Thread Metadata Object")."""
    state = subject.thread
    if state is None:
        return channel(subject)
    return {
        "id": str(subject.id),
        "type": int(subject.type),
        "guild_id": str(subject.guild_id),
        "parent_id": str(subject.parent_id),
        "owner_id": str(state.owner_id),
        "name": subject.name,
        "last_message_id": str(subject.order[-1]) if subject.order else None,
        "message_count": state.message_count,
        "total_message_sent": state.total_message_sent,
        "member_count": min(len(state.members), 50),
        "rate_limit_per_user": subject.rate_limit_per_user,
        "flags": 0,
        "applied_tags": [],
        "thread_metadata": {
            "archived": state.archived,
            "auto_archive_duration": state.auto_archive_duration,
            "archive_timestamp": iso(state.archive_timestamp),
            "locked": state.locked,
            "invitable": state.invitable,
            "create_timestamp": iso(state.created_at),
        },
    }


def thread_member(subject: Channel, user_id: int) -> Json:
    """discord.com/developers/docs/resources/channel, "Thread Member Object"."""
    joined = subject.thread.members[user_id] if subject.thread else 0.0
    return {"id": str(subject.id), "user_id": str(user_id), "join_timestamp": iso(joined), "flags": 1}


def guild(subject: Guild, viewer: int, members: Sequence[Member]) -> Json:
    """A guild with its channels and active threads, as GUILD_CREATE brings it."""
    visible = [
        c for c in subject.channels.values() if permissions.in_channel(c, viewer) & permissions.Permission.VIEW_CHANNEL
    ]
    return {
        **guild_core(subject),
        "joined_at": iso(subject.members[viewer].joined_at),
        "large": len(subject.members) >= 250,
        "unavailable": False,
        "member_count": len(subject.members),
        "members": [member(each) for each in members],
        "channels": [channel(each) for each in visible],
        "threads": [thread(each) for each in _visible_threads(visible, viewer)],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def _visible_threads(parents: Sequence[Channel], viewer: int) -> list[Channel]:
    active = [each for parent in parents for each in threads.active(parent)]
    return [each for each in active if permissions.may(each, viewer, permissions.Permission.VIEW_CHANNEL)]


def guild_core(subject: Guild) -> Json:
    """discord.com/developers/docs/resources/guild, "Guild Object"."""
    return {
        "id": str(subject.id),
        "name": subject.name,
        "icon": None,
        "owner_id": str(subject.owner_id),
        "roles": [role(each) for each in subject.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": ["COMMUNITY"],
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "preferred_locale": "en-US",
        "afk_timeout": 300,
        "system_channel_id": str(subject.system_channel_id) if subject.system_channel_id else None,
        "system_channel_flags": 0,
    }


def webhook(subject: Webhook) -> Json:
    """discord.com/developers/docs/resources/webhook, "Webhook Object"."""
    return {
        "id": str(subject.id),
        "type": 1,
        "guild_id": str(subject.channel.guild_id),
        "channel_id": str(subject.channel.id),
        "user": user(subject.creator),
        "name": subject.name,
        "avatar": None,
        "token": subject.token,
        "application_id": str(subject.application_id) if subject.application_id else None,
    }
