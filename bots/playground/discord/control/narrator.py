"""Tells the control stream what happens in the world, and remembers who is typing."""

import time
from typing import Any

from bots.playground.discord import changes
from bots.playground.discord.control import views
from bots.playground.discord.entities import Message
from bots.playground.discord.interactions import Interaction, Modal
from bots.playground.discord.message_payloads import Renderer
from bots.playground.discord.stream import Stream
from bots.playground.discord.world import DiscordWorld

TYPING_S = 10.0


class Narrator:
    """A listener of the world."""

    def __init__(self, world: DiscordWorld, stream: Stream, attachment_life_s: float) -> None:
        self._world = world
        self._stream = stream
        self._life_s = attachment_life_s
        self._typing: dict[tuple[int, int], float] = {}

    def __call__(self, change: changes.Change) -> None:
        match change:
            case changes.MessageCreated(message):
                self._typing.pop((message.channel.id, message.author.id), None)
                self._message("message_created", message)
            case changes.MessageUpdated(message):
                self._message("message_updated", message)
            case changes.ReactionChanged(message) | changes.ReactionsCleared(message):
                self._message("message_updated", message)
            case changes.MessagesDeleted(channel, messages):
                for message in messages:
                    self._say("message_deleted", {"id": str(message.id), "channel": str(channel.id)})
            case changes.Typed(channel, user):
                self._typing[channel.id, user.id] = time.monotonic() + TYPING_S
                self._say("typing", {"channel": str(channel.id), "user": str(user.id), "left_s": TYPING_S})
            case changes.Pinged(ping):
                self._say("ping", {"ping": views.ping(ping)})
            case changes.MemberUpdated(guild, member):
                self._say("member_updated", {"member": views.member(guild, member)})
            case _:
                self._place(change)

    def _place(self, change: changes.Change) -> None:
        match change:
            case changes.ThreadCreated(thread):
                self._say("thread_created", {"thread": views.thread(thread)})
            case changes.ThreadUpdated(thread) | changes.ThreadMembersChanged(thread):
                self._say("thread_updated", {"thread": views.thread(thread)})
            case changes.ChannelDeleted(channel) if channel.thread:
                self._say("thread_deleted", {"id": str(channel.id)})
            case changes.ChannelUpdated(channel):
                self._say("channel_updated", {"channel": views.channel(self._world, channel)})

    def _say(self, event: str, body: dict[str, Any]) -> None:
        self._stream.publish(event, lambda _: body)

    def _message(self, event: str, message: Message) -> None:
        def render(base_url: str) -> dict[str, Any]:
            renderer = Renderer(self._world, base_url, self._life_s, sees_content=True)
            return {"message": views.message(self._world, message, renderer)}

        self._stream.publish(event, render)

    def interaction(self, subject: Interaction) -> None:
        """An interaction came to another state."""
        self._stream.publish("interaction", lambda _: {"interaction": views.interaction(subject)})

    def modal(self, subject: Modal, opened: bool) -> None:
        """A person has a form open, or no longer."""
        closed = {"id": str(subject.id), "user": str(subject.user.id)}
        body = views.modal(subject) if opened else closed
        self._say("modal_opened" if opened else "modal_closed", {"modal": body})

    def typing(self) -> list[dict[str, Any]]:
        """Who is typing where, and for how long that is still shown."""
        now = time.monotonic()
        self._typing = {key: until for key, until in self._typing.items() if until > now}
        return [
            {"channel": str(channel), "user": str(user), "left_s": until - now}
            for (channel, user), until in self._typing.items()
        ]
