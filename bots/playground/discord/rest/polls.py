"""Polls of messages (discord.com/developers/docs/resources/poll); nobody votes here."""

from bots.playground.discord.entities import Message, Poll
from bots.playground.discord.errors import Refusal
from bots.playground.discord.permissions import Permission
from bots.playground.discord.rest.call import Answer, Call, Route


def _poll(call: Call) -> tuple[Message, Poll]:
    message = call.message(call.channel(Permission.READ_MESSAGE_HISTORY))
    if message.poll is None:
        raise Refusal(520006)
    return message, message.poll


def voters(call: Call) -> Answer:
    """…, "Get Answer Voters"."""
    _poll(call)
    call.number("limit", 25, 1, 100)
    return Answer({"users": []})


def end(call: Call) -> Answer:
    """…, "End Poll": own ones only, and once."""
    message, poll = _poll(call)
    if message.author is not call.bot:
        raise Refusal(50005)
    if poll.ended_at is not None:
        raise Refusal(520001)
    poll.ended_at = call.state.world.snowflakes.now()
    call.state.world.touch(message)
    return Answer(call.renderer.message(message))


POLL = "/channels/{channel}/polls/{message}"
ROUTES = [Route("GET", POLL + "/answers/{answer}", voters), Route("POST", POLL + "/expire", end)]
