"""What a platform lets Parley do to show a reply: the one thing that `core` asks of `bots`."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from core.pacing import Rate


@dataclass(frozen=True, slots=True)
class Limited:
    """A key that the platform limits, such as one channel's posts, and its rate."""

    key: str
    rate: Rate


class Controls(Enum):
    """What people can press on a message of a reply."""

    NONE = auto()
    WORKING = auto()  # stop it
    SETTLED = auto()  # ask for another version, say what one thinks of it


class Surface(Protocol):
    """One reply's place on a platform. Every call may raise PlatformTrouble.

    `text_limit` is what one message holds, counted by `weigh`. `posts` and `edits` are the keys that opening a message
    and editing one are limited by; they may be the same. The sign of `working` lasts for `working_s` seconds. Past
    `most_messages` a reply goes on in a file.
    """

    text_limit: int
    most_messages: int
    posts: Limited
    edits: Limited
    working_s: float

    def weigh(self, text: str) -> int:
        """What a text counts against the limit; additive."""
        ...

    async def open(self, text: str, token: str, controls: Controls) -> str:
        """Post a message and return the platform's id for it. The same token never posts twice."""
        ...

    async def edit(self, message_id: str, text: str, controls: Controls) -> None:
        """Replace the text and the controls of a message that was opened here."""
        ...

    async def attach(self, name: str, text: str, token: str, controls: Controls) -> str:
        """Post a text file and return the id of its message."""
        ...

    async def point(self, token: str) -> str:
        """Post a short message that tells the asker of the finished answer, as edits notify nobody; its id."""
        ...

    async def remove(self, message_id: str) -> None:
        """Delete a message that was opened here."""
        ...

    async def working(self) -> None:
        """Show the platform's own sign that an answer is being made."""
        ...

    async def rest(self) -> None:
        """The reply has ended: take the sign away, where it does not go by itself. Never fails, never takes long."""
        ...
