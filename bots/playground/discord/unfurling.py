"""Link previews: a message with a link changes once more, a moment after it was written, with its content as it was.

discord.com/developers/docs/resources/message ("SUPPRESS_EMBEDS") and …/events/gateway-events ("Message Update").
"""

import asyncio
import re
from typing import Any
from urllib.parse import urlsplit

from bots.playground.discord import changes
from bots.playground.discord.entities import Message, MessageFlag
from bots.playground.discord.mentions import CODE
from bots.playground.discord.rules import Rules
from bots.playground.discord.world import DiscordWorld

LINK = re.compile(r"(?<![<\w])https?://[^\s<>()\"']+")
MOST_PREVIEWS = 5


class Unfurler:
    """Adds a preview to messages with links; nothing is fetched."""

    def __init__(self, world: DiscordWorld, rules: Rules) -> None:
        self._world = world
        self._rules = rules
        self._waiting: dict[int, asyncio.TimerHandle] = {}

    def __call__(self, change: changes.Change) -> None:
        match change:
            case changes.MessageCreated(message) | changes.MessageUpdated(message):
                if self._rules.unfurl_links and "http" in message.content:
                    self._consider(message)

    def _consider(self, message: Message) -> None:
        suppressed = message.flags & (MessageFlag.SUPPRESS_EMBEDS | MessageFlag.LOADING | MessageFlag.EPHEMERAL)
        if suppressed or message.unfurled or message.id in self._waiting:
            return
        if links(message.content):
            loop = asyncio.get_running_loop()
            self._waiting[message.id] = loop.call_later(self._rules.unfurl_after_s, self._unfurl, message)

    def _unfurl(self, message: Message) -> None:
        self._waiting.pop(message.id, None)
        found = links(message.content)
        gone = message.id not in message.channel.messages
        if gone or not found or message.flags & MessageFlag.SUPPRESS_EMBEDS:
            return
        message.unfurled = [_preview(link) for link in found]
        self._world.touch(message)

    def stop(self) -> None:
        """Forget the previews that are still to come."""
        for timer in self._waiting.values():
            timer.cancel()
        self._waiting.clear()


def links(content: str) -> list[str]:
    """The links that get a preview: not those in code, nor in angle brackets."""
    return list(dict.fromkeys(LINK.findall(CODE.sub(" ", content))))[:MOST_PREVIEWS]


def _preview(link: str) -> dict[str, Any]:
    return {"type": "link", "url": link, "title": urlsplit(link).netloc}
