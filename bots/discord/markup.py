"""Discord's message format, as people read it (discord.com/developers/docs/reference, "Message Formatting")."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

USER = re.compile(r"<@!?(\d{1,20})>")
ROLE = re.compile(r"<@&(\d{1,20})>")
CHANNEL = re.compile(r"<#(\d{1,20})>")
EMOJI = re.compile(r"<a?:(\w{1,64}):\d{1,20}>")
COMMAND = re.compile(r"</([^:>\n]{1,100}):\d{1,20}>")
MOMENT = re.compile(r"<t:(-?\d{1,12})(?::[a-zA-Z])?>")


@dataclass(frozen=True, slots=True)
class Called:
    """What the ids in a text are called."""

    user: Callable[[int], str]
    role: Callable[[int], str]
    channel: Callable[[int], str]


def readable(text: str, called: Called) -> str:
    """A text with names in place of ids."""
    text = USER.sub(lambda found: f"@{called.user(int(found[1]))}", text)
    text = ROLE.sub(lambda found: f"@{called.role(int(found[1]))}", text)
    text = CHANNEL.sub(lambda found: f"#{called.channel(int(found[1]))}", text)
    text = EMOJI.sub(r":\1:", text)
    text = COMMAND.sub(r"/\1", text)
    return MOMENT.sub(lambda found: _moment(int(found[1])) or found[0], text)


def without_address(text: str, user_id: int, role_id: int | None) -> str:
    """A text without the mention of Parley, or of its role, that it begins with."""
    names = [rf"@!?{user_id}", *([rf"@&{role_id}"] if role_id else [])]
    return re.sub(rf"\A\s*<(?:{'|'.join(names)})>[ \t]*[:,]?\s*", "", text)


def one_line(name: str) -> str:
    """A name in which nothing can begin a line of its own."""
    return " ".join(name.split())


def _moment(seconds: int) -> str:
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        return ""
