"""Everything that can be read in a Discord message: its text, what it forwards, and what programs put around it."""

from collections.abc import Iterable, Iterator
from typing import Any

import discord


def written(message: discord.Message) -> str:
    """The text of a message, in Discord's format; empty when there is none.

    A forwarded message has its text in a snapshot (discord.com/developers/docs/resources/message, "Message Snapshot").
    The embeds of people are previews of their links, so only those of programs are read.
    """
    parts = [message.content or "", *(f"Forwarded: {_forwarded(each)}" for each in message.message_snapshots)]
    if message.author.bot:
        parts += [_embed(each) for each in message.embeds]
    parts += _displayed(components(message))
    return "\n\n".join(part for part in parts if part.strip())


def components(message: discord.Message) -> Iterable[Any]:
    """The library has none at all where Discord named none."""
    return getattr(message, "components", ())


def _forwarded(snapshot: discord.MessageSnapshot) -> str:
    """A snapshot names no author; one without a text of its own was put together by a program."""
    return snapshot.content or "\n\n".join([*map(_embed, snapshot.embeds), *_displayed(snapshot.components)])


def _embed(embed: discord.Embed) -> str:
    fields = (f"{field.name}: {field.value}" for field in embed.fields)
    return "\n".join(line for line in (embed.title, embed.description, *fields) if line)


def _displayed(components: Iterable[Any]) -> Iterator[str]:
    """…/components/reference, "Text Display", however deep it lies."""
    for component in components:
        if isinstance(component, discord.TextDisplay):
            yield component.content
        yield from _displayed(getattr(component, "children", ()))
