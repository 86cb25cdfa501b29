"""A reply over the token of an interaction: seen by the asker alone, or where Parley is no member.

It is one message, the one that acknowledged the interaction, and is written by edits alone: one whose answer was lost
is made again and changes nothing, where a further message could be there twice. A press of a button below it gives it a
token anew (docs: interactions/receiving-and-responding, "Edit Original Interaction Response").
"""

import asyncio
import io
from typing import Any

import discord

from bots.discord import buttons, rest
from bots.discord.answers import shortened
from bots.discord.budgets import WRITES
from bots.discord.quoting import quoted_above
from bots.discord.surface import NOBODY, TEXT_LIMIT
from bots.discord.tokens import Token
from core import texts
from core.errors import Kind, PlatformTrouble
from core.segments import Segmenter
from core.surface import Below, Controls, Limited, Question
from storage.claims import Work

ORIGINAL: Any = "@original"
QUOTE_ROOM = 300
LEAST_TEXT = 100
PARAGRAPH = "\n\n"
# The segments of a reply that are no messages of their own: its file, and what it asks.
FILE = "file:"
ASKS = "asks:"


class TokenSurface:
    """Every edit says all that the message has: the question, the answer, what is asked, the file and the buttons."""

    text_limit = TEXT_LIMIT - QUOTE_ROOM
    most_messages = 1
    working_s = 3_600.0
    takes_back = True

    def __init__(self, client: discord.Client, work: Work, token: Token) -> None:
        webhook: Any = {"id": token.application_id, "type": 3, "token": token.secret}
        self._webhook = discord.Webhook.from_state(webhook, state=client._connection)  # noqa: SLF001
        self._reply_id = work.reply_id
        self._private = token.private
        self._question = next((turn for turn in work.turns if turn.message_id == work.trigger_row), None)
        self._text = self._note = ""
        self._controls: Below = Controls.NONE
        self._file: tuple[str, str] | None = None
        self._asked: dict[Question, str] = {}
        self.lasts_s: float | None = token.left_s
        self.posts = self.edits = Limited(f"discord:{token.thread_key}", WRITES)

    def weigh(self, text: str) -> int:
        return len(text)

    async def open(self, text: str, token: str, controls: Below) -> str:
        if isinstance(controls, Question):
            return await self._ask(text, controls)
        self._text, self._controls = text, controls
        return await self._write()

    async def edit(self, message_id: str, text: str, controls: Below) -> None:
        """A question whether a tool may be called is there for as long as it is open."""
        if isinstance(controls, Question) or not message_id.startswith(ASKS):
            await self.open(text, "", controls)
            return
        self._asked.pop(Question(int(message_id.removeprefix(ASKS))), None)
        await self._write()

    async def attach(self, name: str, text: str, token: str, controls: Below, note: str = "") -> str:
        """The rest of the answer, as a file of the same message."""
        self._note = shortened(note, TEXT_LIMIT - len(PARAGRAPH.join((self._text, ""))))
        self._file, self._controls = (name, text), controls
        return FILE + await self._write()

    async def point(self, token: str) -> str:
        """The one further message: edits notify nobody."""
        post = self._webhook.send(texts.ANSWERED_ABOVE, ephemeral=self._private, allowed_mentions=NOBODY, wait=True)
        return str((await rest.call(post)).id)

    async def offer(self, message_id: str) -> None:
        """A command cannot be edited."""

    async def remove(self, message_id: str) -> None:
        """A file goes with the first edit that does not name it."""
        if not message_id.startswith(FILE):
            await rest.call(self._webhook.delete_message(int(message_id)))

    async def working(self) -> None:
        """There is no sign for this: the question is there at once."""

    async def rest(self) -> None:
        """Nothing to take away."""

    async def _ask(self, text: str, question: Question) -> str:
        self._asked[question] = text
        try:
            await self._write()
        except (PlatformTrouble, asyncio.CancelledError):
            self._asked.pop(question, None)
            raise
        return f"{ASKS}{question.id}"

    async def _write(self) -> str:
        """Edit the message; returns its id. Nobody who stops waiting for it cuts it off (`rest.call`).

        Now and then Discord does not know a token that is good (github.com/discord/discord-api-docs, issue 6851).
        """
        name, text = self._file or ("", "")
        edited = self._webhook.edit_message(
            ORIGINAL,
            content=self._content,
            view=buttons.view(self._reply_id, *self._asked, self._controls),
            attachments=[discord.File(io.BytesIO(text.encode()), name)] if name else [],
            allowed_mentions=NOBODY,
        )
        writing = asyncio.create_task(rest.call(edited))
        try:
            return str((await asyncio.shield(writing)).id)
        except PlatformTrouble as trouble:
            if trouble.code != rest.UNKNOWN_WEBHOOK:
                raise
            raise PlatformTrouble(Kind.TRANSIENT, trouble.code) from trouble

    @property
    def _content(self) -> str:
        """The question gives way to the answer, and both to what people are asked: they allow what they can read."""
        asked = list(self._asked.values())
        says = PARAGRAPH.join(filter(None, (self._text, self._note)))
        answer = beginning(says, TEXT_LIMIT - len(PARAGRAPH.join(["", *asked])))
        below = [part for part in (answer, *asked) if part]
        quote = self._quote(TEXT_LIMIT - len(PARAGRAPH.join(["", *below])))
        return PARAGRAPH.join(filter(None, (quote, *below)))

    def _quote(self, limit: int) -> str:
        if self._question is None:
            return ""
        return quoted_above(self._question.author_name, self._question.text, limit)


def beginning(text: str, limit: int) -> str:
    """As much of a text as there is room for, with the fences closed that it opens."""
    if len(text) <= limit:
        return text
    if limit < LEAST_TEXT:
        return ""
    cut = Segmenter(limit - len("\n…"))
    cut.feed(text)
    cut.cut()
    return f"{cut.sealed[0].shown}\n…"
