"""Reactions (discord.com/developers/docs/resources/message, "Create Reaction")."""

from urllib.parse import unquote

from bots.playground.discord import emojis, payloads
from bots.playground.discord.entities import Message
from bots.playground.discord.errors import Refusal
from bots.playground.discord.permissions import Permission
from bots.playground.discord.rest.call import Answer, Call, Route
from bots.playground.discord.rest.messages import check_open

MOST_KINDS = 20


def _emoji(call: Call, message: Message) -> str:
    """An emoji of Unicode, one that the application owns, or one that is on the message already; else 10014."""
    emoji = unquote(call.path["emoji"])
    _, _, identifier = emoji.partition(":")
    owned = identifier.isdecimal() and int(identifier) in call.state.world.emojis
    if not owned and emoji not in message.reactions and not emojis.is_unicode(emoji):
        raise Refusal(10014)
    return emoji


def _message(call: Call, *wanted: Permission) -> Message:
    channel = call.channel(Permission.READ_MESSAGE_HISTORY, *wanted)
    message = call.message(channel)
    check_open(channel)
    return message


def add(call: Call) -> Answer:
    """Needs ADD_REACTIONS unless somebody already used the emoji; at most 20 kinds on a message."""
    message = _message(call)
    emoji = _emoji(call, message)
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
    call.state.world.unreact(message, user, _emoji(call, message))
    return Answer()


def users(call: Call) -> Answer:
    """Who reacted with an emoji ("Get Reactions")."""
    message = call.message(call.channel(Permission.READ_MESSAGE_HISTORY))
    limit, after = call.number("limit", 25, 1, 100), call.number("after", 0, 0, 1 << 63)
    found = message.reactions.get(_emoji(call, message), [])
    ids = sorted(each for each in found if each > after)[:limit]
    return Answer([payloads.user(call.state.world.users[each]) for each in ids])


def clear(call: Call) -> Answer:
    """All reactions go, with MANAGE_MESSAGES ("Delete All Reactions")."""
    call.state.world.clear_reactions(_message(call, Permission.MANAGE_MESSAGES))
    return Answer()


def clear_emoji(call: Call) -> Answer:
    """Those with one emoji go, with MANAGE_MESSAGES ("Delete All Reactions for Emoji")."""
    message = _message(call, Permission.MANAGE_MESSAGES)
    call.state.world.clear_reactions(message, _emoji(call, message))
    return Answer()


REACTIONS = "/channels/{channel}/messages/{message}/reactions"
ROUTES = [
    Route("PUT", REACTIONS + "/{emoji}/@me", add),
    Route("DELETE", REACTIONS + "/{emoji}/{user}", remove),
    Route("GET", REACTIONS + "/{emoji}", users),
    Route("DELETE", REACTIONS + "/{emoji}", clear_emoji),
    Route("DELETE", REACTIONS, clear),
]
