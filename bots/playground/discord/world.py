"""The state of a Discord and the acts that change it; pure: no I/O, and every change is told to the listeners."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bots.playground.discord import changes, mentions
from bots.playground.discord.changes import Change
from bots.playground.discord.entities import (
    Attachment,
    Channel,
    Guild,
    Message,
    MessageFlag,
    MessageType,
    Origin,
    Ping,
    Poll,
    Reference,
    User,
    Webhook,
)
from bots.playground.discord.mentions import AllowedMentions
from bots.playground.discord.snowflakes import Snowflakes, created_at


@dataclass(kw_only=True)
class Draft:
    """A message that is about to be posted."""

    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    nonce: str | int | None = None
    type: int = MessageType.DEFAULT
    reference: Reference | None = None
    snapshots: list[dict[str, Any]] = field(default_factory=list)
    allowed: AllowedMentions = mentions.EVERYTHING
    poll: Poll | None = None
    tts: bool = False
    webhook_id: int | None = None
    application_id: int | None = None
    origin: Origin | None = None
    ephemeral_for: int | None = None
    age_s: float | None = None
    id: int | None = None
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True)
class Revision:
    """What an edit changes; None leaves a part as it is."""

    content: str | None = None
    embeds: list[dict[str, Any]] | None = None
    components: list[dict[str, Any]] | None = None
    attachments: list[Attachment] | None = None
    flags: int | None = None
    poll: Poll | None = None
    allowed: AllowedMentions = mentions.EVERYTHING


class DiscordWorld:
    """Users, guilds, direct messages, webhooks, and who was notified; `bot` is the application's bot user."""

    def __init__(self, bot: User, token: str) -> None:
        self.bot = bot
        self.token = token
        self.application_id = bot.id
        self.snowflakes = Snowflakes()
        self.users: dict[int, User] = {bot.id: bot}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.directs: dict[int, Channel] = {}
        self.webhooks: dict[int, Webhook] = {}
        self.attachments: dict[int, Attachment] = {}
        self.emojis: dict[int, str] = {}
        self.pings: list[Ping] = []
        self._listeners: list[Callable[[Change], None]] = []

    def listen(self, listener: Callable[[Change], None]) -> None:
        """Call the listener with every change from now on."""
        self._listeners.append(listener)

    def tell(self, change: Change) -> None:
        """Tell a change to every listener."""
        for listener in self._listeners:
            listener(change)

    def add_guild(self, guild: Guild) -> Guild:
        self.guilds[guild.id] = guild
        return guild

    def add_channel(self, channel: Channel) -> Channel:
        """Put a channel, thread or direct message where it is found by id."""
        self.channels[channel.id] = channel
        if channel.guild and channel.thread:
            channel.guild.threads[channel.id] = channel
        elif channel.guild:
            channel.guild.channels[channel.id] = channel
        elif channel.recipient:
            self.directs[channel.recipient.id] = channel
        return channel

    def direct(self, user: User) -> Channel:
        """The direct message channel between a user and the bot, opened when there is none yet."""
        known = self.directs.get(user.id)
        return known or self.add_channel(Channel(id=self.snowflakes.next(), type=1, name="", recipient=user))

    def post(self, channel: Channel, author: User, draft: Draft) -> Message:
        """Post a message, notify the people it may notify, and reopen an archived thread."""
        message = self._write(channel, author, draft)
        if draft.ephemeral_for is None:
            self._reopen(channel)
            insort(channel.order, message.id)
            self._count(channel, message)
        channel.messages[message.id] = message
        self.attachments.update((attachment.id, attachment) for attachment in message.attachments)
        self.tell(changes.MessageCreated(message))
        self._read_mentions(message, draft.allowed, "create")
        return message

    def _write(self, channel: Channel, author: User, draft: Draft) -> Message:
        identifier = draft.id or self._identifier(draft.age_s)
        message = Message(
            id=identifier,
            channel=channel,
            author=author,
            type=draft.type,
            created_at=created_at(identifier),
            content=draft.content,
            embeds=draft.embeds,
            components=draft.components,
            attachments=draft.attachments,
            flags=draft.flags,
            nonce=draft.nonce,
            webhook_id=draft.webhook_id,
            application_id=draft.application_id,
            reference=draft.reference,
            snapshots=draft.snapshots,
            origin=draft.origin,
            poll=draft.poll,
            tts=draft.tts,
            ephemeral_for=draft.ephemeral_for,
            raw=draft.raw,
        )
        self._list_mentions(message, draft.allowed)
        return message

    def _identifier(self, age_s: float | None) -> int:
        return self.snowflakes.next() if age_s is None else self.snowflakes.aged(age_s)

    def _mentioned(self, message: Message, allowed: AllowedMentions) -> mentions.Mentioned:
        target = self.referenced(message) if message.type == MessageType.REPLY else None
        text = mentions.texts(message.content, message.components)
        return mentions.parse(
            message.channel, message.author.id, text, allowed, replied_to=target.author.id if target else None
        )

    def _list_mentions(self, message: Message, allowed: AllowedMentions) -> None:
        found = self._mentioned(message, allowed)
        message.mentions, message.mention_roles = found.users, found.roles
        message.mention_everyone = found.everyone

    def _read_mentions(self, message: Message, allowed: AllowedMentions, cause: str) -> None:
        if message.flags & MessageFlag.LOADING:
            return
        for user_id, kind in self._mentioned(message, allowed).notified.items():
            if user_id in message.pings or message.ephemeral_for not in (None, user_id):
                continue
            message.pings.append(user_id)
            ping = Ping(user_id, message.id, message.channel.id, cause, kind)
            self.pings.append(ping)
            self.tell(changes.Pinged(ping))

    def _reopen(self, channel: Channel) -> None:
        if channel.thread and channel.thread.archived:
            channel.thread.archived = False
            channel.thread.archive_timestamp = self.snowflakes.now()
            self.tell(changes.ThreadUpdated(channel))

    def _count(self, channel: Channel, message: Message) -> None:
        if channel.thread is None:
            return
        if message.type != MessageType.THREAD_STARTER_MESSAGE:
            channel.thread.message_count += 1
            channel.thread.total_message_sent += 1
            for user_id in (message.author.id, *message.mentions):
                if user_id in self.users:
                    self.join_thread(channel, user_id)

    def join_thread(self, thread: Channel, user_id: int) -> None:
        """Make a user a member of a thread."""
        if thread.thread and user_id not in thread.thread.members:
            thread.thread.members[user_id] = self.snowflakes.now()
            self.tell(changes.ThreadMembersChanged(thread, added=[user_id]))

    def leave_thread(self, thread: Channel, user_id: int) -> None:
        """Take a user out of a thread."""
        if thread.thread and thread.thread.members.pop(user_id, None) is not None:
            self.tell(changes.ThreadMembersChanged(thread, removed=[user_id]))

    def edit(self, message: Message, revision: Revision) -> Message:
        """Edit a message; whoever is newly mentioned is recorded as notified."""
        for name in ("content", "embeds", "components", "attachments", "flags", "poll"):
            value = getattr(revision, name)
            if value is not None:
                setattr(message, name, value)
        if revision.content is not None or message.flags & MessageFlag.SUPPRESS_EMBEDS:
            message.unfurled = []
        message.edited_at = self.snowflakes.now()
        message.edits += 1
        self.attachments.update((attachment.id, attachment) for attachment in message.attachments)
        self._list_mentions(message, revision.allowed)
        self.tell(changes.MessageUpdated(message))
        self._read_mentions(message, revision.allowed, "edit")
        return message

    def touch(self, message: Message) -> None:
        """Tell that a message changed without having been edited."""
        self.tell(changes.MessageUpdated(message))

    def delete(self, channel: Channel, messages: list[Message], *, bulk: bool = False) -> None:
        """Delete messages of one channel."""
        for message in messages:
            del channel.messages[message.id]
            index = bisect_left(channel.order, message.id)
            if index < len(channel.order) and channel.order[index] == message.id:
                del channel.order[index]
            if channel.thread and message.type != MessageType.THREAD_STARTER_MESSAGE:
                channel.thread.message_count -= 1
        self.tell(changes.MessagesDeleted(channel, messages, bulk))

    def clear_reactions(self, message: Message, emoji: str | None = None) -> None:
        """Take all reactions away, or all with one emoji."""
        for each in list(message.reactions) if emoji is None else [emoji]:
            message.reactions.pop(each, None)
        self.tell(changes.ReactionsCleared(message, emoji))

    def react(self, message: Message, user: User, emoji: str) -> None:
        """Add a user's reaction."""
        users = message.reactions.setdefault(emoji, [])
        if user.id not in users:
            users.append(user.id)
            self.tell(changes.ReactionChanged(message, user, emoji, added=True))

    def unreact(self, message: Message, user: User, emoji: str) -> None:
        """Take a user's reaction away."""
        users = message.reactions.get(emoji, [])
        if user.id not in users:
            return
        users.remove(user.id)
        if not users:
            del message.reactions[emoji]
        self.tell(changes.ReactionChanged(message, user, emoji, added=False))

    def message(self, channel: Channel, message_id: int) -> Message | None:
        """A message that everybody in the channel can see."""
        found = channel.messages.get(message_id)
        return found if found and found.ephemeral_for is None else None

    def find_message(self, message_id: int) -> Message | None:
        """A message wherever it is, ephemeral ones too."""
        for channel in self.channels.values():
            if found := channel.messages.get(message_id):
                return found
        return None

    def referenced(self, message: Message) -> Message | None:
        """The message that a message refers to, unless it is gone."""
        if message.reference is None:
            return None
        channel = self.channels.get(message.reference.channel_id)
        return channel.messages.get(message.reference.message_id) if channel else None


def page(
    channel: Channel, limit: int, before: int | None = None, after: int | None = None, around: int | None = None
) -> list[Message]:
    """A page of history, newest first (…/resources/message, "Get Channel Messages")."""
    order = channel.order
    if around is not None:
        middle = bisect_left(order, around)
        low = max(0, middle - limit // 2)
        ids = order[low : low + limit]
    elif after is not None:
        low = bisect_right(order, after)
        ids = order[low : low + limit]
    else:
        high = len(order) if before is None else bisect_left(order, before)
        ids = order[max(0, high - limit) : high]
    return [channel.messages[identifier] for identifier in reversed(ids)]
