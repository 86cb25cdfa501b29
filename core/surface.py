"""What a platform lets Parley do to show a reply: the one thing that `core` asks of `bots`."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from core.budget import Rate
from storage.claims import Work


@dataclass(frozen=True, slots=True)
class Limited:
    """A key that the platform limits, such as one channel's posts, and its rate; it may be limited with others, too,
    such as all posts of a workspace."""

    key: str
    rate: Rate
    within: "Limited | None" = None


class Controls(Enum):
    """What people can press on a message of a reply."""

    NONE = auto()
    WORKING = auto()  # stop it
    SETTLED = auto()  # ask for another version, say what one thinks of it


@dataclass(frozen=True, slots=True)
class Question:
    """Yes and no, below a message that asks whether a tool may be called; `id` is that of the call."""

    id: int


Below = Controls | Question


class Surface(Protocol):
    """One reply's place on a platform. Every call may raise PlatformTrouble.

    `text_limit` is what one message holds, counted by `weigh`. `posts` and `edits` are the keys that opening a message
    and editing one are limited by; they may be the same. The sign of `working` lasts for `working_s` seconds. Past
    `most_messages` a reply goes on in a file. Without `takes_back`, messages only grow: what was shown stays. With
    `lasts_s` a reply has to end in so many seconds, as nothing could be shown any more.
    """

    text_limit: int
    most_messages: int
    posts: Limited
    edits: Limited
    working_s: float
    takes_back: bool
    lasts_s: float | None

    def weigh(self, text: str) -> int:
        """What a text counts against the limit; additive."""
        ...

    async def open(self, text: str, token: str, controls: Below) -> str:
        """Post a message and return the platform's id for it. The same token never posts twice."""
        ...

    async def edit(self, message_id: str, text: str, controls: Below) -> None:
        """Replace the text and the controls of a message that was opened here."""
        ...

    async def attach(self, name: str, text: str, token: str, controls: Controls, note: str = "") -> str:
        """Post a text file, with a note in its message, and return the id of that."""
        ...

    async def point(self, token: str) -> str:
        """Post a short message that tells the asker of the finished answer, as edits notify nobody; its id."""
        ...

    async def offer(self, message_id: str) -> None:
        """Offer to answer the question anew, which was edited; the message is the last one of the answer that is there.

        Where no further version can be written nothing is offered.
        """
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


SurfaceOf = Callable[[Work], Surface]
