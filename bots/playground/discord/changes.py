"""What may happen in a world; each change is told to every listener, once, in order."""

from dataclasses import dataclass, field

from bots.playground.discord.entities import Channel, Guild, Member, Message, Ping, User


@dataclass(frozen=True, slots=True)
class MessageCreated:
    """A message appeared, or is delivered once more."""

    message: Message


@dataclass(frozen=True, slots=True)
class MessageUpdated:
    """A message changed: edited, unfurled, finished loading, or got a thread."""

    message: Message


@dataclass(frozen=True, slots=True)
class MessagesDeleted:
    """Messages are gone; several at once only by a bulk deletion."""

    channel: Channel
    messages: list[Message]
    bulk: bool = False


@dataclass(frozen=True, slots=True)
class ReactionChanged:
    """A reaction was added or removed."""

    message: Message
    user: User
    emoji: str
    added: bool


@dataclass(frozen=True, slots=True)
class ReactionsCleared:
    """All reactions of a message are gone, or all with one emoji."""

    message: Message
    emoji: str | None


@dataclass(frozen=True, slots=True)
class PinsChanged:
    """A message of the channel was pinned, or is pinned no more."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class ThreadCreated:
    """A thread appeared."""

    thread: Channel


@dataclass(frozen=True, slots=True)
class ThreadUpdated:
    """A thread was renamed, archived, reopened, locked or unlocked."""

    thread: Channel


@dataclass(frozen=True, slots=True)
class ThreadMembersChanged:
    """People joined or left a thread."""

    thread: Channel
    added: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ChannelDeleted:
    """A channel or a thread is gone."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class ChannelUpdated:
    """A channel was changed."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class MemberUpdated:
    """A member's nick or roles changed."""

    guild: Guild
    member: Member


@dataclass(frozen=True, slots=True)
class GuildJoined:
    """The bot was added to a server."""

    guild: Guild


@dataclass(frozen=True, slots=True)
class Typed:
    """Somebody is typing."""

    channel: Channel
    user: User


@dataclass(frozen=True, slots=True)
class WebhooksChanged:
    """A channel's webhooks changed."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class Pinged:
    """Somebody was notified."""

    ping: Ping


Change = (
    MessageCreated
    | MessageUpdated
    | MessagesDeleted
    | ReactionChanged
    | ReactionsCleared
    | PinsChanged
    | ThreadCreated
    | ThreadUpdated
    | ThreadMembersChanged
    | ChannelDeleted
    | ChannelUpdated
    | MemberUpdated
    | GuildJoined
    | Typed
    | WebhooksChanged
    | Pinged
)
