"""What the page sees: flat views of the world."""

import time
from typing import Any

from bots.playground.discord import permissions
from bots.playground.discord.commands import Command
from bots.playground.discord.entities import Channel, Guild, Member, Message, MessageFlag, Ping, Role, User
from bots.playground.discord.interactions import Interaction, Modal
from bots.playground.discord.message_payloads import Renderer
from bots.playground.discord.permissions import Permission
from bots.playground.discord.sessions import Session
from bots.playground.discord.snowflakes import iso
from bots.playground.discord.world import DiscordWorld

Json = dict[str, Any]


def text(identifier: int | None) -> str | None:
    """An id as a string."""
    return str(identifier) if identifier else None


def author(subject: User, *, webhook: bool = False) -> Json:
    return {
        "id": str(subject.id),
        "name": subject.name,
        "bot": subject.bot,
        "webhook": webhook,
        "avatar_url": subject.avatar_url,
    }


def member(guild: Guild, subject: Member) -> Json:
    granted = permissions.in_guild(guild, subject)
    return {
        "id": str(subject.user.id),
        "name": subject.user.name,
        "username": subject.user.username,
        "bot": subject.user.bot,
        "nick": subject.nick,
        "roles": [str(each) for each in sorted(subject.roles)],
        "admin": bool(granted & Permission.ADMINISTRATOR),
    }


def role(subject: Role) -> Json:
    return {
        "id": str(subject.id),
        "name": subject.name,
        "color": subject.color,
        "position": subject.position,
        "permissions": str(subject.permissions),
        "managed": subject.managed,
        "bot_id": text(subject.bot_id),
    }


def _people(world: DiscordWorld, subject: Channel) -> list[int]:
    if subject.recipient:
        return [subject.recipient.id, world.bot.id]
    return list(subject.guild.members) if subject.guild else []


def channel(world: DiscordWorld, subject: Channel) -> Json:
    people = _people(world, subject)
    return {
        "id": str(subject.id),
        "name": subject.name,
        "type": int(subject.type),
        "topic": subject.topic,
        "parent_id": text(subject.parent_id),
        "position": subject.position,
        "recipient": text(subject.recipient.id) if subject.recipient else None,
        "visible_to": [str(each) for each in people if permissions.may(subject, each, Permission.VIEW_CHANNEL)],
        "can_send": [str(each) for each in people if permissions.may_send(subject, each)],
    }


def thread(subject: Channel) -> Json:
    state = subject.thread
    if state is None:
        raise ValueError(f"channel {subject.id} is no thread")
    return {
        "id": str(subject.id),
        "name": subject.name,
        "type": int(subject.type),
        "parent_id": str(subject.parent_id),
        "owner_id": str(state.owner_id),
        "archived": state.archived,
        "locked": state.locked,
        "auto_archive_duration": state.auto_archive_duration,
        "message_count": state.message_count,
        "starter_id": text(state.starter_id),
        "members": [str(each) for each in state.members],
        "created_at": iso(state.created_at),
    }


def message(world: DiscordWorld, subject: Message, renderer: Renderer) -> Json:
    hidden = bool(subject.flags & MessageFlag.SUPPRESS_EMBEDS)
    return {
        "id": str(subject.id),
        "channel": str(subject.channel.id),
        "type": int(subject.type),
        "author": author(subject.author, webhook=subject.webhook_id == subject.author.id),
        "content": subject.content,
        "embeds": [] if hidden else [*subject.embeds, *subject.unfurled],
        "components": subject.components,
        "attachments": [renderer.attachment(each) for each in subject.attachments],
        "flags": subject.flags,
        "suppress_embeds": hidden,
        "ephemeral_for": text(subject.ephemeral_for),
        "loading": bool(subject.flags & MessageFlag.LOADING),
        "edits": subject.edits,
        "created_at": iso(subject.created_at),
        "edited_at": iso(subject.edited_at) if subject.edited_at else None,
        "pings": [str(each) for each in subject.pings],
        "mentions": [str(each) for each in subject.mentions],
        "mention_roles": [str(each) for each in subject.mention_roles],
        "mention_everyone": subject.mention_everyone,
        "nonce": subject.nonce,
        "thread": text(subject.thread_id),
        "webhook_id": text(subject.webhook_id),
        "forwarded": [snapshot["message"] for snapshot in subject.snapshots],
        "reactions": [
            {"emoji": emoji, "users": [str(each) for each in users]} for emoji, users in subject.reactions.items()
        ],
        **_references(world, subject),
    }


def _references(world: DiscordWorld, subject: Message) -> Json:
    reference, origin = subject.reference, subject.origin
    target = world.referenced(subject)
    of_message = reference and {
        "type": reference.type,
        "message_id": text(reference.message_id),
        "channel_id": str(reference.channel_id),
    }
    about = origin and {"id": str(origin.id), "type": origin.type, "name": origin.name, "user": str(origin.user_id)}
    resolved = target and {"id": str(target.id), "author": author(target.author), "content": target.content}
    return {"reference": of_message, "referenced": resolved, "interaction": about}


def modal(subject: Modal) -> Json:
    return {
        "id": str(subject.id),
        "user": str(subject.user.id),
        "interaction_id": str(subject.interaction.id),
        "channel": str(subject.interaction.channel.id),
        "custom_id": subject.custom_id,
        "title": subject.title,
        "components": subject.components,
    }


def interaction(subject: Interaction) -> Json:
    return {
        "id": str(subject.id),
        "type": subject.type,
        "name": subject.name,
        "user": str(subject.user.id),
        "channel": str(subject.channel.id),
        "state": str(subject.state),
        "error": subject.error,
        "ephemeral": subject.ephemeral,
        "response_type": subject.response_type,
        "message": text(subject.response.id) if subject.response else None,
        "modal": text(subject.modal_id),
        "choices": subject.choices,
        "age_s": time.monotonic() - subject.began_at,
    }


def command(subject: Command) -> Json:
    body = subject.body
    return {
        "id": str(subject.id),
        "guild_id": text(subject.guild_id),
        "type": subject.type,
        "name": subject.name,
        "description": subject.description,
        "options": body.get("options") or [],
        "default_member_permissions": body.get("default_member_permissions"),
        "contexts": body.get("contexts"),
        "integration_types": body.get("integration_types"),
        "version": str(subject.version),
    }


def ping(subject: Ping) -> Json:
    return {
        "user": str(subject.user_id),
        "message": str(subject.message_id),
        "channel": str(subject.channel_id),
        "cause": subject.cause,
        "kind": subject.kind,
    }


def session(subject: Session) -> Json:
    return {
        "id": subject.id,
        "shard": list(subject.shard),
        "intents": subject.intents,
        "connected": subject.connection is not None,
        "seq": subject.seq,
        "resumes": subject.resumes,
    }
