"""Pinned messages (discord.com/developers/docs/resources/message, "Get Channel Pins")."""

from typing import Any

from bots.playground.discord import permissions, pinning
from bots.playground.discord.entities import Channel, Message
from bots.playground.discord.errors import Refusal
from bots.playground.discord.forms.form import Form
from bots.playground.discord.permissions import Permission
from bots.playground.discord.rest.call import Answer, Call, Route
from bots.playground.discord.rest.messages import PLAIN, check_open
from bots.playground.discord.snowflakes import iso

MOST_PINS, MOST_OLD = 250, 50


def _pinned(call: Call, channel: Channel) -> list[Message]:
    """The last pinned one first; none without READ_MESSAGE_HISTORY."""
    if not permissions.may(channel, call.bot.id, Permission.READ_MESSAGE_HISTORY):
        return []
    return sorted(channel.pinned, key=lambda message: message.pinned_at or 0.0, reverse=True)


def pins(call: Call) -> Answer:
    """…, "Get Channel Pins"."""
    limit = call.number("limit", 50, 1, 50)
    form = Form()
    before = form.moment("before", call.query.get("before"))
    form.done()
    every = _pinned(call, call.channel())
    found = [each for each in every if before is None or (each.pinned_at or 0.0) < before]
    return Answer({"items": [_item(call, each) for each in found[:limit]], "has_more": len(found) > limit})


def _item(call: Call, message: Message) -> dict[str, Any]:
    return {"pinned_at": iso(message.pinned_at or 0.0), "message": call.renderer.message(message)}


def old_pins(call: Call) -> Answer:
    """…, "Get Pinned Messages (deprecated)"."""
    return Answer([call.renderer.message(each) for each in _pinned(call, call.channel())[:MOST_OLD]])


def pin(call: Call) -> Answer:
    """…, "Pin Message": 250 in a channel at most, and no notices of Discord's."""
    channel = call.channel(Permission.PIN_MESSAGES)
    message = call.message(channel)
    check_open(channel)
    if message.type not in PLAIN:
        raise Refusal(50021)
    if message.pinned_at is None and len(channel.pinned) >= MOST_PINS:
        raise Refusal(30003)
    pinning.pin(call.state.world, message, call.bot)
    return Answer()


def unpin(call: Call) -> Answer:
    """…, "Unpin Message"."""
    channel = call.channel(Permission.PIN_MESSAGES)
    message = call.message(channel)
    check_open(channel)
    pinning.unpin(call.state.world, message)
    return Answer()


PINS, OLD = "/channels/{channel}/messages/pins", "/channels/{channel}/pins"
ROUTES = [
    Route("GET", PINS, pins),
    Route("PUT", PINS + "/{message}", pin),
    Route("DELETE", PINS + "/{message}", unpin),
    Route("GET", OLD, old_pins),
    Route("PUT", OLD + "/{message}", pin),
    Route("DELETE", OLD + "/{message}", unpin),
]
