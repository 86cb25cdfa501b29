"""A reply in a Discord channel: a message that answers its trigger, edited while it grows, and what follows it."""

import hashlib
import io

import discord
from discord.utils import MISSING

from bots.discord import buttons, rest
from core.pacing import Rate
from core.surface import Controls, Limited
from storage.replies import Work

# discord.com/developers/docs/resources/message, "Create Message": 2,000 characters, counted as code points.
TEXT_LIMIT = 2_000
# Discord publishes no sizes (docs: topics/rate-limits); seen are 5 writes in 5 s for each channel. The library sleeps
# when it spends the last write of a window, so one is left unspent.
WRITES = Rate(4, 5.0)
# docs: resources/channel, "Trigger Typing Indicator": the sign goes away after ten seconds.
TYPING_S = 8.0
NOBODY = discord.AllowedMentions.none()


class DiscordSurface:
    """Where one reply goes. Nobody is pinged by it, and no link in it is unfurled."""

    text_limit = TEXT_LIMIT
    working_s = TYPING_S

    def __init__(self, client: discord.Client, work: Work) -> None:
        self._channel = client.get_partial_messageable(int(work.posts_in))
        self._reply_id = work.reply_id
        self._trigger_id = work.trigger_id
        self._first_token = ""
        self._controls: dict[str, Controls] = {}
        self.posts = self.edits = Limited(f"discord:{work.posts_in}", WRITES)

    def weigh(self, text: str) -> int:
        return len(text)

    async def open(self, text: str, token: str, controls: Controls) -> str:
        """Post once for each token: for some minutes, Discord answers the same nonce with the same message."""
        self._first_token = self._first_token or token
        message = await rest.call(
            self._channel.send(
                text,
                reference=self._trigger if token == self._first_token else None,  # type: ignore[arg-type]
                mention_author=False,
                allowed_mentions=NOBODY,
                suppress_embeds=True,
                nonce=nonce_of(self._trigger_id, token),
                view=buttons.view(self._reply_id, controls),
            )
        )
        return self._having(str(message.id), controls)

    async def edit(self, message_id: str, text: str, controls: Controls) -> None:
        """Buttons are sent only when they change: an edit without any leaves them as they are."""
        view = MISSING if self._controls.get(message_id) is controls else buttons.view(self._reply_id, controls)
        message = self._channel.get_partial_message(int(message_id))
        await rest.call(message.edit(content=text, view=view, allowed_mentions=NOBODY))
        self._having(message_id, controls)

    async def attach(self, name: str, text: str, token: str, controls: Controls) -> str:
        """As `open`, with the text as a file."""
        message = await rest.call(
            self._channel.send(
                file=discord.File(io.BytesIO(text.encode()), name),
                allowed_mentions=NOBODY,
                nonce=nonce_of(self._trigger_id, token),
                view=buttons.view(self._reply_id, controls),
            )
        )
        return self._having(str(message.id), controls)

    async def remove(self, message_id: str) -> None:
        await rest.call(self._channel.get_partial_message(int(message_id)).delete())

    async def working(self) -> None:
        await rest.call(self._typing())

    def _having(self, message_id: str, controls: Controls) -> str:
        self._controls[message_id] = controls
        return message_id

    async def _typing(self) -> None:
        await self._channel.typing()

    @property
    def _trigger(self) -> discord.MessageReference | None:
        """The message that is answered; one that was deleted meanwhile is done without."""
        if not self._trigger_id:
            return None
        return discord.MessageReference(
            message_id=int(self._trigger_id), channel_id=self._channel.id, fail_if_not_exists=False
        )


def nonce_of(trigger_id: str, token: str) -> str:
    """A nonce of at most 25 characters (docs: resources/message) that no other database gives to another message."""
    return hashlib.blake2b(f"{trigger_id}:{token}".encode(), digest_size=12).hexdigest()
