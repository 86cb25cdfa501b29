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
PEOPLE_IN_A_GROUP = 8
_READ = ("channels:read", "groups:read", "im:read", "mpim:read")


def info(call: Call) -> Json:
    """docs.slack.dev/reference/methods/conversations.info"""
    channel = _described(call)
    written = channel.as_slack(call.backend.world.me.id)
    if call.flag("include_num_members"):
        written["num_members"] = len(channel.members)
    return {"channel": written}


def _described(call: Call) -> Channel:
    """The conversation that a call asks about, which takes the scope for its kind."""
    channel = call.channel()
    call.need_scope_for(channel.kind, "read")
    return channel


def list_(call: Call) -> Json:
    """docs.slack.dev/reference/methods/conversations.list: public channels, and those others the app is in."""
    channels, cursor = paging.page(call, _listed(call))
    me = call.backend.world.me.id
    written = [channel.as_slack(me) | {"num_members": len(channel.members)} for channel in channels]
    return {"channels": written, "response_metadata": {"next_cursor": cursor}}


def of_user(call: Call) -> Json:
    """docs.slack.dev/reference/methods/users.conversations: what the app, or somebody else that it names, is in."""
    world = call.backend.world
    user_id = call.text("user") or world.me.id
    if user_id not in world.users:
        raise SlackError("user_not_found")
    channels, cursor = paging.page(call, [channel for channel in _listed(call) if user_id in channel.members])
    written = [channel.as_slack(world.me.id) for channel in channels]
    return {"channels": written, "response_metadata": {"next_cursor": cursor}}


def _listed(call: Call) -> list[Channel]:
    """The conversations of the wanted `types` that the app may know of; each type takes a scope of its own."""
    named = [name.strip() for name in (call.text("types") or "public_channel").split(",")]
    if any(name not in _TYPES for name in named):
        raise SlackError("invalid_types")
    kinds = {_TYPES[name]: None for name in named}
    for kind in kinds:
        call.need_scope_for(kind, "read")
    return [channel for channel in call.backend.world.channels.values() if _is_listed(call, channel, set(kinds))]


def _is_listed(call: Call, channel: Channel, kinds: set[ChannelKind]) -> bool:
    if channel.kind not in kinds or (channel.is_archived and call.flag("exclude_archived")):
        return False
    return channel.kind is ChannelKind.PUBLIC or call.backend.world.me.id in channel.members


def members(call: Call) -> Json:
    """docs.slack.dev/reference/methods/conversations.members"""
    ids, cursor = paging.page(call, list(_described(call).members))
    return {"members": ids, "response_metadata": {"next_cursor": cursor}}


def open_(call: Call) -> Json:
    """docs.slack.dev/reference/methods/conversations.open: the direct message with one person, or with up to eight."""
    world = call.backend.world
    before = len(world.channels)
    channel = _between(call)
    written = channel.as_slack(world.me.id) if call.flag("return_im") else {"id": channel.id}
    if len(world.channels) > before:
        return {"channel": written}
    return {"channel": written, "no_op": True, "already_open": True}


def _between(call: Call) -> Channel:
    world = call.backend.world
    if call.text("channel"):
        channel = call.channel()
        if channel.kind not in (ChannelKind.DIRECT, ChannelKind.GROUP):
            raise SlackError("method_not_supported_for_channel_type")
        call.need_scope_for(channel.kind, "write")
        return channel
    names = list(dict.fromkeys(name.strip() for name in (call.text("users") or "").split(",") if name.strip()))
    if not names:
        raise SlackError("users_list_not_supplied")
    if len(names) > PEOPLE_IN_A_GROUP:
        raise SlackError("too_many_users")
    call.need_scope_for(ChannelKind.GROUP if len(names) > 1 else ChannelKind.DIRECT, "write")
    if any(name not in world.users for name in names):
        raise SlackError("user_not_found")
    if names == [world.me.id]:
        raise SlackError("cannot_dm_bot")
    return world.group_channel(names) if len(names) > 1 else world.direct_channel(names[0])


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
    Method("conversations.open", open_, Tier.THREE, ("im:write", "mpim:write")),
    Method("conversations.join", join, Tier.THREE, ("channels:join",)),
)
