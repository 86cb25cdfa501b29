"""A reply over the token of an interaction: seen by the asker alone, or where Parley is no member."""

import io
from typing import Any

import discord
from discord.utils import MISSING

from bots.discord import buttons, rest
from bots.discord.budgets import WRITES
from bots.discord.surface import NOBODY, TEXT_LIMIT
from bots.discord.tokens import Token
from core import texts
from core.surface import Controls, Limited
from storage.claims import Work


class TokenSurface:
    """Follow-ups to what the command was acknowledged with. Posts over a token know no nonce."""

    text_limit = TEXT_LIMIT
    # docs: interactions/receiving-and-responding: where only a person has installed Parley, five follow-ups; the last
    # is the file with the rest.
    most_messages = 4
    working_s = 3_600.0

    def __init__(self, client: discord.Client, work: Work, token: Token) -> None:
        webhook: Any = {"id": token.application_id, "type": 3, "token": token.secret}
        self._webhook = discord.Webhook.from_state(webhook, state=client._connection)  # noqa: SLF001
        self._reply_id = work.reply_id
        self._private = token.private
        self._controls: dict[str, Controls] = {}
        self.posts = self.edits = Limited(f"discord:{token.thread_key}", WRITES)

    def weigh(self, text: str) -> int:
        return len(text)

    async def open(self, text: str, token: str, controls: Controls) -> str:
        message = await rest.call(
            self._webhook.send(
                text,
                ephemeral=self._private,
                allowed_mentions=NOBODY,
                suppress_embeds=True,
                view=self._view(controls),
                wait=True,
            )
        )
        return self._having(str(message.id), controls)

    async def edit(self, message_id: str, text: str, controls: Controls) -> None:
        view = MISSING if self._controls.get(message_id) is controls else self._buttons(controls)
        await rest.call(self._webhook.edit_message(int(message_id), content=text, view=view, allowed_mentions=NOBODY))
        self._having(message_id, controls)

    async def attach(self, name: str, text: str, token: str, controls: Controls) -> str:
        message = await rest.call(
            self._webhook.send(
                file=discord.File(io.BytesIO(text.encode()), name),
                ephemeral=self._private,
                allowed_mentions=NOBODY,
                view=self._view(controls),
                wait=True,
            )
        )
        return self._having(str(message.id), controls)

    async def point(self, token: str) -> str:
        return await self.open(texts.ANSWERED_ABOVE, token, Controls.NONE)

    async def remove(self, message_id: str) -> None:
        await rest.call(self._webhook.delete_message(int(message_id)))

    async def working(self) -> None:
        """There is no sign for this: the question is there at once."""

    async def rest(self) -> None:
        """Nothing to take away."""

    def _view(self, controls: Controls) -> discord.ui.View:
        return MISSING if controls is Controls.NONE else self._buttons(controls)

    def _buttons(self, controls: Controls) -> discord.ui.View:
        return buttons.view(self._reply_id, controls, lasting=False)

    def _having(self, message_id: str, controls: Controls) -> str:
        self._controls[message_id] = controls
        return message_id
