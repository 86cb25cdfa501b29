"""Discord's messages become `Incoming`: who said what where, free of Discord.

Parley is addressed by a mention of itself or of its own role (never of everyone), by a reply to one of its messages,
and by whatever is said in direct messages. Anything else is passed on only where it may belong to a conversation.
"""

from dataclasses import replace

import discord
from discord import MessageType

from bots.discord import contents, downloads, markup, refusals
from bots.discord.earlier import Earlier
from bots.discord.markup import Called
from bots.discord.openings import Openings
from bots.discord.people import roles_of
from bots.discord.places import Places, Spot
from bots.discord.refusals import Refusals
from core.nearby import Nearby
from core.people import WorkspaceRef
from storage.incoming import Author, Incoming
from storage.words import AuthorKind, Platform

# discord.com/developers/docs/resources/message, "Message Types": the others are notices of the system.
SAID = (MessageType.default, MessageType.reply, MessageType.chat_input_command, MessageType.context_menu_command)
OWN_NAME = "Parley"


class Events:
    def __init__(
        self, client: discord.Client, places: Places, nearby: Nearby, openings: Openings, refusals_: Refusals
    ) -> None:
        self._client = client
        self._places = places
        self._nearby = nearby
        self._openings = openings
        self._refusals = refusals_
        self._earlier = Earlier(client)

    async def incoming(self, message: discord.Message) -> Incoming | None:
        """What a message brings; None for what is no concern of Parley's. Raises PlatformTrouble."""
        if not self.can_read(message):
            return None
        addressed = self._is_addressed(message)
        if not addressed and not await self._may_concern(message):
            return None
        spot = await self._places.spot(message.channel, message.author.id)
        replied_to = None if spot.is_direct else await self._earlier.replied_to(message)
        asks = spot.is_direct or addressed or (replied_to is not None and self._is_own(replied_to))
        if asks and not message.author.bot and (reason := refusals.why_not(message.channel)):
            await self._refusals.tell(message.author.id, message.channel.id, reason)
            return None
        target = str(message.reference.message_id) if message.reference and is_reply(message) else None
        key, starter = await self.conversation(spot)
        said = replace(
            self.said(message, spot, (spot.key and key) or target or key or str(message.id)),
            asks=asks,
            in_reply_to=starter if spot.key else target,
        )
        if not asks:
            return said
        said = replace(said, before=await self.before(said, spot, replied_to))
        opens = addressed and not key and not target and not message.author.bot
        return await self._openings.moved(said, message.channel) if opens else said

    async def _may_concern(self, message: discord.Message) -> bool:
        """Whether a message that is not addressed to Parley may belong to one of its conversations all the same."""
        if is_reply(message) or not isinstance(message.channel, discord.abc.GuildChannel):
            return True
        guild = WorkspaceRef(Platform.DISCORD, str(message.channel.guild.id))
        return await self._nearby.hears_everything(guild, str(message.channel.id))

    async def conversation(self, spot: Spot) -> tuple[str | None, str | None]:
        """The key of the conversation that all that is said somewhere belongs to, and the message that began it.

        That is so in direct messages, in threads, and where Parley listens to everything.
        """
        if spot.key:
            return spot.key, spot.starter_id
        guild = WorkspaceRef(spot.place.platform, spot.place.workspace_id)
        everything = await self._nearby.hears_everything(guild, spot.posts_in)
        return (f"channel:{spot.posts_in}" if everything else None), None

    def spoken(self, message: discord.Message, asked: Incoming) -> Incoming:
        """A message that is asked about, as a turn of the conversation of the question."""
        turn = Spot(asked.place, asked.posts_in, message.guild)
        return self.said(message, turn, asked.thread_key)

    def said(self, message: discord.Message, spot: Spot, thread_key: str) -> Incoming:
        """A message as one turn of a conversation."""
        return Incoming(
            place=spot.place,
            thread_key=thread_key,
            posts_in=spot.posts_in,
            message_id=str(message.id),
            position=message.id,
            author=self._author(message),
            text=self.text(message, spot.guild),
            sent_at=message.created_at,
            asks=False,
            files=downloads.announced(message),
        )

    async def before(
        self, said: Incoming, spot: Spot, replied_to: discord.Message | None = None
    ) -> tuple[Incoming, ...]:
        """What the model needs to know before a message that may be the first of its conversation."""
        earlier = [replied_to] if replied_to else []
        if spot.thread_id is not None:
            earlier = await self._earlier.in_thread(spot.thread_id, spot.parent_id, int(said.message_id))
        turns = (self.said(message, spot, said.thread_key) for message in earlier if is_said(message))
        return tuple(turn for turn in turns if turn.text or turn.files)

    def readable(self, text: str, guild: discord.Guild | None, mentioned: dict[int, str] | None = None) -> str:
        """A text with names in place of ids."""
        names = mentioned or {}

        def user(user_id: int) -> str:
            known = self._client.get_user(user_id)
            return names.get(user_id) or (markup.one_line(known.display_name) if known else "unknown-user")

        def role(role_id: int) -> str:
            known = guild.get_role(role_id) if guild else None
            return markup.one_line(known.name) if known else "unknown-role"

        def channel(channel_id: int) -> str:
            known = guild.get_channel_or_thread(channel_id) if guild else None
            return markup.one_line(known.name) if known else "unknown"

        return markup.readable(text, Called(user, role, channel))

    def can_read(self, message: discord.Message) -> bool:
        """Whether what others wrote is known: without the intent, Discord leaves out the text of what neither mentions
        Parley nor is a direct message (docs: events/gateway, "Message Content Intent")."""
        if not is_said(message) or self._is_own(message):
            return False
        return self._client.intents.message_content or message.guild is None or bool(contents.written(message))

    def text(self, message: discord.Message, guild: discord.Guild | None) -> str:
        """What a message says, with names in place of ids."""
        mentioned = {user.id: markup.one_line(user.display_name) for user in message.mentions}
        own_role = guild.self_role if guild else None
        text = markup.without_address(contents.written(message), self._own_id, own_role.id if own_role else None)
        return self.readable(text, guild, {**mentioned, self._own_id: OWN_NAME}).strip()

    def _author(self, message: discord.Message) -> Author:
        author = message.author
        if self._is_own(message):
            return Author(id=str(author.id), name=OWN_NAME, kind=AuthorKind.SELF)
        kind = AuthorKind.BOT if author.bot or message.webhook_id else AuthorKind.PERSON
        name = markup.one_line(author.display_name) or str(author.id)
        return Author(id=str(author.id), name=name, kind=kind, roles=roles_of(author))

    def _is_addressed(self, message: discord.Message) -> bool:
        if any(user.id == self._own_id for user in message.mentions):
            return True
        own_role = message.guild.self_role if message.guild else None
        return own_role is not None and own_role.id in message.raw_role_mentions

    def _is_own(self, message: discord.Message) -> bool:
        """Parley's own messages, and those of its personas, which come through webhooks of the application."""
        through_webhook = message.webhook_id is not None and message.application_id == self._client.application_id
        return through_webhook or message.author.id == self._own_id

    @property
    def _own_id(self) -> int:
        return self._client.user.id if self._client.user else 0


def is_said(message: discord.Message) -> bool:
    """Whether somebody said this, rather than the system; a message that names no author was said by nobody."""
    return message.type in SAID and getattr(message, "author", None) is not None


def is_reply(message: discord.Message) -> bool:
    """Forwards refer to a message, too, but reply to none."""
    return message.type is MessageType.reply and message.reference is not None
