"""reactions.add and reactions.remove."""

import re

from bots.playground.slack.channels import Channel
from bots.playground.slack.errors import SlackError
from bots.playground.slack.limits import Tier
from bots.playground.slack.messages import Json, Message
from bots.playground.slack.timestamps import is_timestamp
from bots.playground.slack.web_api.calling import Call, Method

_NAME = re.compile(r"[a-z0-9_+'\-]{1,100}(::skin-tone-[2-6])?")


def add(call: Call) -> Json:
    """docs.slack.dev/reference/methods/reactions.add"""
    channel, message, name = _target(call)
    if not call.backend.messaging.react(channel, message, call.backend.world.me.id, name):
        raise SlackError("already_reacted")
    return {}


def remove(call: Call) -> Json:
    """docs.slack.dev/reference/methods/reactions.remove"""
    channel, message, name = _target(call)
    if not call.backend.messaging.unreact(channel, message, call.backend.world.me.id, name):
        raise SlackError("no_reaction")
    return {}


def _target(call: Call) -> tuple[Channel, Message, str]:
    name, timestamp = call.text("name"), call.text("timestamp")
    if not call.text("channel") or not timestamp:
        raise SlackError("no_item_specified")
    if name is None or _NAME.fullmatch(name) is None:
        raise SlackError("invalid_name")
    if not is_timestamp(timestamp):
        raise SlackError("bad_timestamp")
    channel = call.channel_to_write()
    message = channel.messages.get(timestamp)
    if message is None:
        raise SlackError("message_not_found")
    return channel, message, name


METHODS = (
    Method("reactions.add", add, Tier.THREE, ("reactions:write",)),
    Method("reactions.remove", remove, Tier.TWO, ("reactions:write",)),
)
