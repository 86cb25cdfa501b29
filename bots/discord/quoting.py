"""The question of a command, as people see it: above its answer, or as the message that is answered."""

import discord

from bots.discord import markup
from bots.discord.answers import shortened
from bots.discord.surface import TEXT_LIMIT


def quoted(name: str, question: str, limit: int = TEXT_LIMIT) -> str:
    """The question with who asked it, shortened to `limit` characters; empty where not even the name has room."""
    asker = f"**{discord.utils.escape_markdown(markup.one_line(name))} asked:** "
    return asker + shortened(question, limit - len(asker)) if limit > len(asker) else ""


def quoted_above(name: str, question: str, limit: int = TEXT_LIMIT) -> str:
    """As `quoted`, with its marks as characters: half a mark in it would change the answer in the same message."""
    return quoted(name, discord.utils.escape_markdown(question), limit)
