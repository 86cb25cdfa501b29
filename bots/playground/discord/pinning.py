"""Pinning messages (discord.com/developers/docs/resources/message, "Pin Message")."""

from bots.playground.discord import changes
from bots.playground.discord.entities import Message, MessageType, Reference, User
from bots.playground.discord.world import DiscordWorld, Draft


def pin(world: DiscordWorld, message: Message, user: User) -> None:
    """Pin a message, and tell of it with a message of type 6."""
    if message.pinned_at is not None:
        return
    message.pinned_at = world.snowflakes.now()
    _tell(world, message)
    reference = Reference(0, message.id, message.channel.id, message.channel.guild_id)
    world.post(message.channel, user, Draft(type=MessageType.CHANNEL_PINNED_MESSAGE, reference=reference))


def unpin(world: DiscordWorld, message: Message) -> None:
    """Take a message from the pinned ones."""
    if message.pinned_at is not None:
        message.pinned_at = None
        _tell(world, message)


def _tell(world: DiscordWorld, message: Message) -> None:
    world.touch(message)
    world.tell(changes.PinsChanged(message.channel))
