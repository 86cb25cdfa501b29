"""Changes as people read them: who changed what, when, and what a text was before."""

import json
from collections.abc import Iterable
from datetime import UTC

import discord

from core.comparison import differences
from storage.tables import Change

NOTHING = "Nothing has been changed yet."
TEXTS = ("instruction", "prompt")


def lines(changes: Iterable[Change]) -> str:
    """A line for each change, with the number that it is restored by."""
    return "\n".join(map(_line, changes)) or NOTHING


def whole(change: Change) -> str:
    """One change, with the texts before and after it."""
    parts = [_line(change)]
    for title, state in (("Before", _state(change.before)), ("After", _state(change.after))):
        parts += [f"**{title}:**\n{state[field]}" for field in TEXTS if state.get(field)]
    return "\n\n".join(parts)


def _line(change: Change) -> str:
    before, after = _state(change.before), _state(change.after)
    what = ": " + ", ".join(differences(before, after)) if before and after else ""
    moment = discord.utils.format_dt(change.at if change.at.tzinfo else change.at.replace(tzinfo=UTC), "f")
    who = discord.utils.escape_markdown(change.actor_name or change.actor_id)
    subject = f" {change.subject!r}" if change.subject else ""
    return f"`{change.id}` {moment} **{who}** {change.deed}{subject}{what}"


def _state(text: str) -> dict[str, object]:
    return dict(json.loads(text))
