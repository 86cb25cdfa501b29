"""A reply in a Discord channel: a message that answers its trigger, edited while it grows, and what follows it."""

import hashlib
import io
from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord.utils import MISSING

from bots.discord import buttons, rest
from bots.discord.budgets import budgets
from bots.discord.signs import Signs
from core import texts
from core.errors import Kind, PlatformTrouble
from core.surface import Below, Question
from storage.claims import Work

# discord.com/developers/docs/resources/message, "Create Message": 2,000 characters, counted as code points.
TEXT_LIMIT = 2_000
# docs: resources/channel, "Trigger Typing Indicator": the sign goes away after ten seconds.
TYPING_S = 8.0
LOOKED_AT = 100
NOBODY = discord.AllowedMentions.none()
ASKER = discord.AllowedMentions(everyone=False, users=False, roles=False, replied_user=True)
# docs: topics/threads, "Active & Archived Threads": nothing in an archived one can be edited.
ARCHIVED = "50083"

Refused = Callable[[PlatformTrouble], Awaitable[None]]


class DiscordSurface:
    """Where one reply goes. Nobody is pinged by its text, and no link in it is unfurled.

    `refused` hears of it when Discord does not let Parley post there.
    """

    text_limit = TEXT_LIMIT
    most_messages = 1_000
    working_s = TYPING_S
    takes_back = True
    lasts_s: float | None = None

    def __init__(self, client: discord.Client, work: Work, signs: Signs, refused: Refused | None = None) -> None:
        self._client = client
        self._signs = signs
        self._refused = refused
        self._channel = client.get_partial_messageable(int(work.posts_in))
        self._reply_id = work.reply_id
        self._trigger_id = work.trigger_id
        self._asked_at = work.asked_at
        self._was_left = work.attempt > 1
        self._known = set(work.segments)
        self._first_token = ""
        self._tried: set[str] = set()
        self._controls: dict[str, Below] = {}
        self.posts, self.edits = budgets(client, work.posts_in)

    def weigh(self, text: str) -> int:
        return len(text)

    async def open(self, text: str, token: str, controls: Below) -> str:
        """Post once for each token: for some minutes, Discord answers the same nonce with the same message.

        After an earlier process, which may have ended longer ago, the channel is looked through first. What was posted
        before may have other buttons.
        """
        asks, is_new = isinstance(controls, Question), token not in self._tried and not self._was_left
        self._tried.add(token)
        if self._was_left and not asks and (found := await self._earlier()):
            return found
        self._first_token = self._first_token or ("" if asks else token)
        try:
            message = await self._posted(
                token,
                content=text,
                reference=self._trigger if asks or token == self._first_token else None,
                mention_author=False,
                suppress_embeds=True,
                view=buttons.view(self._reply_id, controls),
            )
        except PlatformTrouble as trouble:
            if trouble.kind is Kind.DENIED and self._refused is not None:
                await self._refused(trouble)
            raise
        return self._having(str(message.id), controls) if is_new else str(message.id)

    async def edit(self, message_id: str, text: str, controls: Below) -> None:
        """Buttons are sent only when they change: an edit without any leaves them as they are."""
        view = MISSING if self._controls.get(message_id) is controls else buttons.view(self._reply_id, controls)
        message = self._channel.get_partial_message(int(message_id))
        try:
            await rest.call(message.edit(content=text, view=view, allowed_mentions=NOBODY))
        except PlatformTrouble as trouble:
            if trouble.code != ARCHIVED:
                raise
            await rest.call(self._client.http.edit_channel(self._channel.id, archived=False))
            await rest.call(message.edit(content=text, view=view, allowed_mentions=NOBODY))
        self._having(message_id, controls)

    async def attach(self, name: str, text: str, token: str, controls: Below, note: str = "") -> str:
        """As `open`, with the text as a file."""
        file, view = discord.File(io.BytesIO(text.encode()), name), buttons.view(self._reply_id, controls)
        message = await self._posted(token, content=note, file=file, view=view)
        return self._having(str(message.id), controls)

    async def point(self, token: str) -> str:
        """The one message that notifies anybody: the asker, of a sentence in which nobody is named."""
        message = await self._posted(
            token, content=texts.ANSWERED_ABOVE, reference=self._trigger, allowed_mentions=ASKER
        )
        return str(message.id)

    async def offer(self, message_id: str) -> None:
        """In place of the button that asks for another version."""
        message = self._channel.get_partial_message(int(message_id))
        await rest.call(message.edit(view=buttons.offer(self._reply_id)))

    async def remove(self, message_id: str) -> None:
        await rest.call(self._channel.get_partial_message(int(message_id)).delete())

    async def working(self) -> None:
        await self._signs.show(self._channel.id, self._typing)

    async def rest(self) -> None:
        """The sign of typing goes away by itself."""

    async def _posted(self, token: str, **content: Any) -> discord.Message:
        nonce = nonce_of(self._trigger_id, token)
        return await rest.call(self._channel.send(**{"allowed_mentions": NOBODY, "nonce": nonce, **content}))

    def _having(self, message_id: str, controls: Below) -> str:
        self._controls[message_id] = controls
        return message_id

    async def _earlier(self) -> str:
        """A message of this reply that an earlier process posted, but could not write down."""
        after = discord.Object(int(self._trigger_id)) if self._trigger_id.isdecimal() else self._asked_at
        history = self._channel.history(limit=LOOKED_AT, after=after, oldest_first=True)
        own_id = self._client.user.id if self._client.user else 0

        async def look() -> list[str]:
            return [str(one.id) async for one in history if one.author.id == own_id and self._shows(one)]

        found = [message_id for message_id in await rest.call(look()) if message_id not in self._known]
        self._known.update(found[:1])
        return found[0] if found else ""

    def _shows(self, message: discord.Message) -> bool:
        return buttons.belongs(message, self._reply_id)

    async def _typing(self) -> None:
        await self._channel.typing()

    @property
    def _trigger(self) -> discord.MessageReference | None:
        """The message that is answered, where one is; one that was deleted meanwhile is done without.

        A thread has the id of the message that it was started from, which no message within can reply to.
        """
        if not self._trigger_id.isdecimal() or self._trigger_id == str(self._channel.id):
            return None
        return discord.MessageReference(
            message_id=int(self._trigger_id), channel_id=self._channel.id, fail_if_not_exists=False
        )


def nonce_of(trigger_id: str, token: str) -> str:
    """A nonce of at most 25 characters (docs: resources/message) that no other database gives to another message."""
    return hashlib.blake2b(f"{trigger_id}:{token}".encode(), digest_size=12).hexdigest()
