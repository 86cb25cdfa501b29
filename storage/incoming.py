"""What a platform brings in, free of the platform."""

from dataclasses import dataclass
from datetime import datetime

from storage.words import AuthorKind, FileKind, Platform

# How the key of a thread begins that begins with a message of Parley's own, until that is posted.
PENDING = "schedule:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A channel of a workspace, with the names that people know them by (empty when unknown).

    `channel_topic` is None when it is unknown, and empty when the channel has none.
    """

    platform: Platform
    workspace_id: str
    channel_id: str
    workspace_name: str = ""
    channel_name: str = ""
    channel_topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """`roles` are the ids of those that they have in the workspace, as far as it matters; never stored."""

    id: str
    name: str
    kind: AuthorKind = AuthorKind.PERSON
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file beside a message: announced first, and once it was fetched, what could be read of it.

    `size` is in bytes, as the platform declares it. `source` is for the adapter, to fetch it by; never stored.
    `image` is the bytes of a picture; `note` says why a file was left out, or what of it was.
    """

    name: str
    size: int = 0
    source: str = ""
    kind: FileKind = FileKind.PENDING
    text: str = ""
    image: bytes = b""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message as it arrived.

    `asks` holds when it is addressed to Parley itself (a mention, a command, a direct message); without it the message
    is kept and answered only in a thread that Parley takes part in. `in_reply_to` is the platform's id of the message
    it replies to, where the platform has such chains; `before` are messages to be kept ahead of it when its thread is
    new. `position` orders the messages of one channel as the platform does. With
    `too_late` it is only remembered, in a conversation that is known. `edited` holds when it began to ask as it was
    edited, after it may have been kept.
    """

    place: Place
    thread_key: str
    posts_in: str
    message_id: str
    position: int
    author: Author
    text: str
    sent_at: datetime
    asks: bool
    too_late: bool = False
    edited: bool = False
    in_reply_to: str | None = None
    before: tuple["Incoming", ...] = ()
    files: tuple[File, ...] = ()
