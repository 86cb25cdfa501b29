"""conversations.*: channels and who is in them; their messages are in `history`."""

from bots.playground.slack.channels import Channel, ChannelKind
from bots.playground.slack.errors import SlackError
from bots.playground.slack.limits import Tier
from bots.playground.slack.messages import Json
from bots.playground.slack.web_api import paging
from bots.playground.slack.web_api.calling import Call, Method

_TYPES = {
    "public_channel": ChannelKind.PUBLIC,
    "private_channel": ChannelKind.PRIVATE,
    "mpim": ChannelKind.GROUP,
    "im": ChannelKind.DIRECT,
}
_READ = ("channels:read", "groups:read", "im:read", "mpim:read")


def info(call: Call) -> Json:
    """docs.slack.dev/reference/methods/conversations.info"""
    channel = call.channel()
    written = channel.as_slack(call.backend.world.me.id)
    if call.flag("include_num_members"):
        written["num_members"] = len(channel.members)
    return {"channel": written}


def list_(call: Call) -> Json:
    """docs.slack.dev/reference/methods/conversations.list: public channels, and those others the app is in."""
    named = [name.strip() for name in (call.text("types") or "public_channel").split(",")]
    if any(name not in _TYPES for name in named):
        raise SlackError("invalid_types")
    kinds = {_TYPES[name] for name in named}
    me = call.backend.world.me.id
    known = [channel for channel in call.backend.world.channels.values() if _is_listed(call, channel, kinds)]
    channels, cursor = paging.page(call, known)
    written = [channel.as_slack(me) | {"num_members": len(channel.members)} for channel in channels]
    return {"channels": written, "response_metadata": {"next_cursor": cursor}}


def of_user(call: Call) -> Json:
    """docs.slack.dev/reference/methods/users.conversations: the channels that the app is in."""
    listed = list_(call)
    listed["channels"] = [channel for channel in listed["channels"] if channel.get("is_member")]
    return listed


def _is_listed(call: Call, channel: Channel, kinds: set[ChannelKind]) -> bool:
    if channel.kind not in kinds or (channel.is_archived and call.flag("exclude_archived")):
        return False
    return channel.kind is ChannelKind.PUBLIC or call.backend.world.me.id in channel.members


def members(call: Call) -> Json:
    """docs.slack.dev/reference/methods/conversations.members"""
    ids, cursor = paging.page(call, list(call.channel().members))
    return {"members": ids, "response_metadata": {"next_cursor": cursor}}


def open_(call: Call) -> Json:
    """docs.slack.dev/reference/methods/conversations.open: the direct message with one person."""
    world = call.backend.world
    if call.text("channel"):
        channel = call.channel()
    else:
        names = [name for name in (call.text("users") or "").split(",") if name]
        if not names:
            raise SlackError("users_list_not_supplied")
        if len(names) > 1:
            raise SlackError("not_enough_users")
        user = world.users.get(names[0])
        if user is None:
            raise SlackError("user_not_found")
        if user.id == world.me.id:
            raise SlackError("cannot_dm_bot")
        channel = world.direct_channel(user.id)
    written = channel.as_slack(world.me.id) if call.flag("return_im") else {"id": channel.id}
    return {"channel": written, "no_op": True, "already_open": True}


def join(call: Call) -> Json:
    """docs.slack.dev/reference/methods/conversations.join"""
    world = call.backend.world
    channel = call.channel()
    if channel.kind is not ChannelKind.PUBLIC:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    if world.me.id in channel.members:
        warnings = {"warnings": ["already_in_channel"]}
        return {
            "channel": channel.as_slack(world.me.id),
            "warning": "already_in_channel",
            "response_metadata": warnings,
        }
    call.backend.people.join(channel, world.me)
    return {"channel": channel.as_slack(world.me.id)}


METHODS = (
    Method("conversations.info", info, Tier.THREE, _READ),
    Method("conversations.list", list_, Tier.TWO, _READ),
    Method("users.conversations", of_user, Tier.THREE, _READ),
    Method("conversations.members", members, Tier.FOUR, _READ),
    Method("conversations.open", open_, Tier.THREE, ("im:write", "mpim:write", "channels:manage", "groups:write")),
    Method("conversations.join", join, Tier.THREE, ("channels:join",)),
)
