"""`/ask`: a question as a command. It is quoted in a message of the channel, and the answer replies to that."""

from dataclasses import replace

import discord

from bots.discord import markup, rest, rights
from bots.discord.answers import Answers, say, shortened
from bots.discord.events import Events
from bots.discord.places import Places
from bots.discord.surface import NOBODY
from core.inbox import Inbox
from storage.incoming import Author, Incoming

CANNOT_POST = "I may not write messages in this channel: whoever manages it can let me, then ask again."


class Asking:
    def __init__(self, inbox: Inbox, places: Places, events: Events, answers: Answers) -> None:
        self._inbox = inbox
        self._places = places
        self._events = events
        self._errands = answers.errands

    async def ask(self, interaction: discord.Interaction, question: str) -> None:
        """Acknowledge before anything is looked up or kept; from then on it is a conversation like any other."""
        if not rights.parley_may_post(interaction):
            await say(interaction, CANNOT_POST)
            return
        with self._errands.under_way():
            response = await rest.call(
                interaction.response.send_message(
                    quoted(interaction.user.display_name, question), allowed_mentions=NOBODY, suppress_embeds=True
                )
            )
            message_id = response.message_id or (await rest.call(interaction.original_response())).id
            await self._inbox.take(await self._incoming(interaction, question, message_id))

    async def _incoming(self, interaction: discord.Interaction, question: str, message_id: int) -> Incoming:
        person = interaction.user
        spot = await self._places.spot(interaction.channel, person.id)
        asked = Incoming(
            place=spot.place,
            thread_key=spot.key or str(message_id),
            posts_in=spot.posts_in,
            message_id=str(message_id),
            position=message_id,
            author=Author(id=str(person.id), name=markup.one_line(person.display_name) or str(person.id)),
            text=self._events.readable(question, spot.guild),
            sent_at=discord.utils.snowflake_time(message_id),
            asks=True,
            in_reply_to=spot.starter_id,
        )
        return replace(asked, before=await self._events.before(asked, spot))


def quoted(name: str, question: str) -> str:
    """The question as everybody in the channel sees it, shortened to what one message holds."""
    return shortened(f"**{discord.utils.escape_markdown(markup.one_line(name))} asked:** {question}")
