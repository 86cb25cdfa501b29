"""A question as a command: it is quoted in a message of the channel, and the answer replies to that.

Where Parley cannot post, and for what the asker alone shall see, both go over the interaction's token instead.
"""

from dataclasses import replace

import discord

from bots.discord import downloads, markup, rest, rights
from bots.discord.answers import Answers, say
from bots.discord.events import Events
from bots.discord.openings import Openings
from bots.discord.people import roles_of
from bots.discord.places import Places, place_of
from bots.discord.quoting import quoted, quoted_above
from bots.discord.surface import NOBODY
from bots.discord.tokens import Token
from core import texts
from core.errors import Kind, PlatformTrouble
from core.inbox import Inbox
from storage.incoming import Author, File, Incoming
from storage.threads import Kept


class Asking:
    def __init__(self, inbox: Inbox, places: Places, events: Events, openings: Openings, answers: Answers) -> None:
        self._inbox = inbox
        self._places = places
        self._events = events
        self._openings = openings
        self._errands = answers.errands

    async def ask(
        self,
        interaction: discord.Interaction,
        question: str,
        *,
        private: bool = False,
        file: discord.Attachment | None = None,
        about: discord.Message | None = None,
    ) -> None:
        """Acknowledge before anything is looked up or kept; from then on it is a conversation like any other."""
        by_token = private or not rights.parley_may_post(interaction)
        name, asked_in = interaction.user.display_name, interaction.guild
        quote = quoted_above(name, self._events.readable(question, asked_in)) if by_token else quoted(name, question)
        with self._errands.under_way():
            message_id = await _acknowledged(interaction, quote, private=private)
            files = (downloads.file_of(file),) if file else ()
            if by_token:
                await self._take_by_token(interaction, question, Token.of(interaction, private=private), files, about)
                return
            asked = await self._incoming(interaction, question, message_id, about)
            kept = await self._inbox.take(replace(asked, files=files), fetch=downloads.fetch)
            if kept == Kept():
                await say(interaction, texts.NOT_FOR_YOU)

    async def _incoming(
        self, interaction: discord.Interaction, question: str, message_id: int, about: discord.Message | None
    ) -> Incoming:
        spot = await self._places.spot(interaction.channel, interaction.user.id)
        key, starter = await self._events.conversation(spot)
        asked = Incoming(
            place=spot.place,
            thread_key=key or str(message_id),
            posts_in=spot.posts_in,
            message_id=str(message_id),
            position=message_id,
            author=author_of(interaction),
            text=self._events.readable(question, spot.guild),
            sent_at=discord.utils.snowflake_time(message_id),
            asks=True,
            in_reply_to=starter if key else str(about.id) if about else None,
        )
        asked = replace(asked, before=await self._events.before(asked, spot, about))
        return asked if key or about else await self._openings.moved(asked, interaction.channel)

    async def _take_by_token(
        self,
        interaction: discord.Interaction,
        question: str,
        token: Token,
        files: tuple[File, ...],
        about: discord.Message | None,
    ) -> None:
        asked = Incoming(
            place=place_of(interaction),
            thread_key=token.thread_key,
            posts_in=token.posts_in,
            message_id=str(interaction.id),
            position=interaction.id,
            author=author_of(interaction),
            text=self._events.readable(question, interaction.guild),
            sent_at=interaction.created_at,
            asks=True,
            files=files,
        )
        if about is not None:
            read = self._events.spoken(about, asked)
            asked = replace(asked, before=(replace(read, message_id=f"{read.message_id}:{interaction.id}"),))
        kept = await self._inbox.take(asked, fetch=downloads.fetch)
        if kept == Kept():
            await say(interaction, texts.NOT_FOR_YOU)


async def _acknowledged(interaction: discord.Interaction, quote: str, *, private: bool) -> int:
    """The id of the message that quotes the question. Where no answer came, Discord knows whether it is there."""
    sent = interaction.response.send_message(quote, ephemeral=private, allowed_mentions=NOBODY, suppress_embeds=True)
    try:
        message_id = (await rest.call(sent)).message_id
    except PlatformTrouble as trouble:
        if trouble.kind is not Kind.TRANSIENT:
            raise
        message_id = None
    return message_id or (await rest.call(interaction.original_response())).id


def author_of(interaction: discord.Interaction) -> Author:
    person = interaction.user
    name = markup.one_line(person.display_name) or str(person.id)
    return Author(id=str(person.id), name=name, roles=roles_of(person))
