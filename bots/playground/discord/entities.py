"""What a Discord world is made of, in plain records."""

from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Any


class ChannelType(IntEnum):
    """discord.com/developers/docs/resources/channel, "Channel Types"."""

    TEXT = 0
    DM = 1
    VOICE = 2
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


class MessageType(IntEnum):
    """discord.com/developers/docs/resources/message, "Message Types"."""

    DEFAULT = 0
    CHANNEL_PINNED_MESSAGE = 6
    USER_JOIN = 7
    THREAD_CREATED = 18
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    THREAD_STARTER_MESSAGE = 21
    CONTEXT_MENU_COMMAND = 23


class MessageFlag(IntFlag):
    """discord.com/developers/docs/resources/message, "Message Flags"."""

    CROSSPOSTED = 1 << 0
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    HAS_SNAPSHOT = 1 << 14
    IS_COMPONENTS_V2 = 1 << 15


@dataclass(slots=True, eq=False)
class User:
    """A person or a bot."""

    id: int
    username: str
    name: str
    bot: bool = False
    avatar_url: str | None = None


@dataclass(slots=True, eq=False)
class Role:
    """A role of a guild; the one with the guild's id is @everyone."""

    id: int
    name: str
    permissions: int
    position: int = 0
    color: int = 0
    managed: bool = False
    mentionable: bool = False
    bot_id: int | None = None


@dataclass(slots=True, eq=False)
class Member:
    """A user in a guild."""

    user: User
    roles: set[int] = field(default_factory=set)
    nick: str | None = None
    joined_at: float = 1_700_000_000.0


@dataclass(slots=True)
class Overwrite:
    """What one channel allows or denies a role (type 0) or a member (type 1)."""

    id: int
    type: int
    allow: int = 0
    deny: int = 0


@dataclass(slots=True, eq=False)
class ThreadState:
    """What a thread has beyond a channel."""

    owner_id: int
    created_at: float
    archive_timestamp: float
    auto_archive_duration: int = 1440
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    members: dict[int, float] = field(default_factory=dict)
    message_count: int = 0
    total_message_sent: int = 0
    starter_id: int | None = None


@dataclass(slots=True, eq=False)
class Channel:
    """A channel, a thread or a direct message, with its messages by id; `order` holds the ids, oldest first."""

    id: int
    type: int
    name: str
    guild: "Guild | None" = None
    position: int = 0
    topic: str | None = None
    parent_id: int | None = None
    overwrites: list[Overwrite] = field(default_factory=list)
    recipient: User | None = None
    thread: ThreadState | None = None
    rate_limit_per_user: int = 0
    acted_at: dict[tuple[int, str], float] = field(default_factory=dict)
    nsfw: bool = False
    messages: dict[int, "Message"] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)

    @property
    def guild_id(self) -> int | None:
        return self.guild.id if self.guild else None

    @property
    def pinned(self) -> list["Message"]:
        return [message for message in self.messages.values() if message.pinned_at is not None]


@dataclass(slots=True, eq=False)
class Guild:
    """A server."""

    id: int
    name: str
    owner_id: int
    system_channel_id: int | None = None
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    threads: dict[int, Channel] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Attachment:
    """A file of a message, with its bytes."""

    id: int
    channel_id: int
    filename: str
    content: bytes
    content_type: str
    description: str | None = None


@dataclass(slots=True)
class Poll:
    """What people are asked, and for how many hours; `answers` are poll media objects, the first has the id 1."""

    question: str
    answers: list[dict[str, Any]]
    hours: int
    multiple: bool
    ended_at: float | None = None


@dataclass(slots=True)
class Reference:
    """The message that a message replies to (type 0) or forwards (type 1)."""

    type: int
    message_id: int
    channel_id: int
    guild_id: int | None = None


@dataclass(slots=True)
class Origin:
    """The interaction that a message answers."""

    id: int
    type: int
    user_id: int
    name: str | None = None
    original_response_id: int | None = None
    interacted_message_id: int | None = None
    target_message_id: int | None = None
    opened_by: "Origin | None" = None


@dataclass(slots=True, eq=False)
class Message:
    """A message; `pings` are the people that its creation and edits notified."""

    id: int
    channel: Channel
    author: User
    type: int
    created_at: float
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    nonce: str | int | None = None
    webhook_id: int | None = None
    application_id: int | None = None
    mentions: list[int] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    pings: list[int] = field(default_factory=list)
    reference: Reference | None = None
    snapshots: list[dict[str, Any]] = field(default_factory=list)
    origin: Origin | None = None
    ephemeral_for: int | None = None
    edited_at: float | None = None
    edits: int = 0
    poll: Poll | None = None
    tts: bool = False
    pinned_at: float | None = None
    reactions: dict[str, list[int]] = field(default_factory=dict)
    thread_id: int | None = None
    unfurled: list[dict[str, Any]] = field(default_factory=list)
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Webhook:
    """An incoming webhook of a channel."""

    id: int
    channel: Channel
    name: str
    token: str
    creator: User
    application_id: int | None = None


@dataclass(slots=True)
class Ping:
    """One person who was notified by one message."""

    user_id: int
    message_id: int
    channel_id: int
    cause: str
    kind: str
