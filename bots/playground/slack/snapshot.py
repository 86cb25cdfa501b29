"""The whole workspace as JSON, for the page and for tests."""

import msgspec

from bots.playground.slack.backend import Backend
from bots.playground.slack.channels import Channel
from bots.playground.slack.messages import Json
from bots.playground.slack.world import User


def taken(backend: Backend) -> Json:
    """`GET /control/state`."""
    world, views = backend.world, backend.views
    team, me = world.team, world.me
    return {
        "team": {"id": team.id, "name": team.name, "domain": team.domain},
        "me": {"user_id": me.id, "bot_id": me.bot_id, "app_id": me.app_id, "name": me.real_name},
        "users": [_user(user) for user in world.users.values()],
        "channels": [_channel(channel) for channel in world.channels.values()],
        "messages": {
            channel.id: [channel.messages[ts].as_seen() for ts in sorted(channel.messages)]
            for channel in world.channels.values()
        },
        "ephemerals": list(backend.messaging.ephemerals.values()),
        "threads": backend.threads.as_json(),
        "views": {user_id: [views.as_seen(view) for view in stack] for user_id, stack in views.stacks.items() if stack},
        "homes": {user_id: views.as_seen(view) for user_id, view in views.homes.items()},
        "prompts": backend.threads.channel_prompts,
        "pings": backend.messaging.pings,
        "sockets": len(backend.sockets),
        "rules": msgspec.to_builtins(backend.rules),
    }


def _user(user: User) -> Json:
    written: Json = {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "is_bot": user.is_bot,
        "is_admin": user.is_admin,
        "is_owner": user.is_owner,
    }
    return written | {"bot_id": user.bot_id} if user.is_bot else written


def _channel(channel: Channel) -> Json:
    written: Json = {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind.value,
        "topic": channel.topic,
        "members": list(channel.members),
        "is_archived": channel.is_archived,
    }
    return written | {"user": channel.user_id} if channel.user_id is not None else written
