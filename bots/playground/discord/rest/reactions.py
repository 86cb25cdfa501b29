"""Reactions (discord.com/developers/docs/resources/message, "Create Reaction")."""

from urllib.parse import unquote

from bots.playground.discord import payloads
from bots.playground.discord.entities import Message
from bots.playground.discord.errors import Refusal
from bots.playground.discord.permissions import Permission
from bots.playground.discord.rest.call import Answer, Call, Route
from bots.playground.discord.rest.messages import check_open

MOST_KINDS = 20


def _emoji(call: Call) -> str:
    emoji = unquote(call.path["emoji"])
    name, _, identifier = emoji.partition(":")
    custom = bool(identifier) and identifier.isdecimal()
    if not custom and (not name or name.isascii()):
        raise Refusal(10014)
    return emoji


def _message(call: Call, *wanted: Permission) -> Message:
    channel = call.channel(Permission.READ_MESSAGE_HISTORY, *wanted)
    message = call.message(channel)
    check_open(channel)
    return message


def add(call: Call) -> Answer:
    """Needs ADD_REACTIONS unless somebody already used the emoji; at most 20 kinds on a message."""
    emoji = _emoji(call)
    message = _message(call)
    if emoji not in message.reactions:
        call.require(message.channel, Permission.ADD_REACTIONS)
        if len(message.reactions) >= MOST_KINDS:
            raise Refusal(30010)
    call.state.world.react(message, call.bot, emoji)
    return Answer()


def remove(call: Call) -> Answer:
    """The bot's own reaction, or with MANAGE_MESSAGES that of another."""
    user = call.state.world.users.get(call.user_id())
    if user is None:
        raise Refusal(10013)
    message = _message(call, *(() if user is call.bot else (Permission.MANAGE_MESSAGES,)))
    call.state.world.unreact(message, user, _emoji(call))
    return Answer()


def users(call: Call) -> Answer:
    """Who reacted with an emoji ("Get Reactions")."""
    message = call.message(call.channel(Permission.READ_MESSAGE_HISTORY))
    ids = message.reactions.get(_emoji(call), [])[: call.number("limit", 25, 1, 100)]
    return Answer([payloads.user(call.state.world.users[each]) for each in ids])


def clear(call: Call) -> Answer:
    """All reactions go, with MANAGE_MESSAGES ("Delete All Reactions")."""
    message = _message(call, Permission.MANAGE_MESSAGES)
    world = call.state.world
    for emoji, ids in list(message.reactions.items()):
        for each in list(ids):
            world.unreact(message, world.users[each], emoji)
    return Answer()


REACTIONS = "/channels/{channel}/messages/{message}/reactions"
ROUTES = [
    Route("PUT", REACTIONS + "/{emoji}/@me", add),
    Route("DELETE", REACTIONS + "/{emoji}/{user}", remove),
    Route("GET", REACTIONS + "/{emoji}", users),
    Route("DELETE", REACTIONS, clear),
]
