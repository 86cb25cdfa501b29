"""A reply over the token of an interaction: seen by the asker alone, or where Parley is no member."""

import io
from typing import Any

import discord
from discord.utils import MISSING

from bots.discord import buttons, rest
from bots.discord.budgets import WRITES
from bots.discord.echoes import Echoes
from bots.discord.surface import NOBODY, TEXT_LIMIT
from bots.discord.tokens import Token
from core import texts
from core.surface import Below, Controls, Limited
from storage.claims import Work


class TokenSurface:
    """Follow-ups to what the command was acknowledged with; `echoes` tells of one whose answer was lost."""

    text_limit = TEXT_LIMIT
    # docs: interactions/receiving-and-responding: where only a person has installed Parley, five follow-ups; the last
    # is the file with the rest.
    most_messages = 4
    working_s = 3_600.0
    takes_back = True

    def __init__(self, client: discord.Client, work: Work, token: Token, echoes: Echoes) -> None:
        webhook: Any = {"id": token.application_id, "type": 3, "token": token.secret}
        self._webhook = discord.Webhook.from_state(webhook, state=client._connection)  # noqa: SLF001
        self._reply_id = work.reply_id
        self._private = token.private
        self._interaction_id = int(token.interaction_id)
        self._echoes = echoes
        self._tried: dict[str, set[str]] = {}
        self._controls: dict[str, Below] = {}
        self.posts = self.edits = Limited(f"discord:{token.thread_key}", WRITES)

    def weigh(self, text: str) -> int:
        return len(text)

    async def open(self, text: str, token: str, controls: Below) -> str:
        """After a try whose answer was lost, look before posting again."""
        return await self._post(token, controls, text.strip(), content=text, suppress_embeds=True)

    async def edit(self, message_id: str, text: str, controls: Below) -> None:
        view = MISSING if self._controls.get(message_id) is controls else self._buttons(controls)
        await rest.call(self._webhook.edit_message(int(message_id), content=text, view=view, allowed_mentions=NOBODY))
        self._having(message_id, controls)

    async def attach(self, name: str, text: str, token: str, controls: Below, note: str = "") -> str:
        """As `open`, with the text as a file."""
        file = discord.File(io.BytesIO(text.encode()), name)
        return await self._post(token, controls, note, content=note, file=file)

    async def point(self, token: str) -> str:
        return await self.open(texts.ANSWERED_ABOVE, token, Controls.NONE)

    async def offer(self, message_id: str) -> None:
        """It can be written only for minutes, and a command cannot be edited."""

    async def remove(self, message_id: str) -> None:
        await rest.call(self._webhook.delete_message(int(message_id)))

    async def working(self) -> None:
        """There is no sign for this: the question is there at once."""

    async def rest(self) -> None:
        """Nothing to take away."""

    async def _post(self, token: str, controls: Below, says: str, **content: Any) -> str:
        if lost := self._lost(self._tried.setdefault(token, set())):
            return await self._taken_up(str(lost), controls, content.get("content", ""))
        self._tried[token].add(says)
        view, private = self._view(controls), self._private
        sent = self._webhook.send(ephemeral=private, allowed_mentions=NOBODY, view=view, wait=True, **content)
        return self._having(str((await rest.call(sent)).id), controls)

    async def _taken_up(self, message_id: str, controls: Below, text: str) -> str:
        """What an earlier try has posted becomes what this one would."""
        await self.edit(message_id, text, controls)
        return message_id

    def _lost(self, said: set[str]) -> int | None:
        """The message that an earlier try has posted although its answer never came."""
        heard = self._echoes.of(self._interaction_id).items() if said else ()
        return next((each for each, text in heard if str(each) not in self._controls and text in said), None)

    def _view(self, controls: Below) -> discord.ui.View:
        return MISSING if controls is Controls.NONE else self._buttons(controls)

    def _buttons(self, controls: Below) -> discord.ui.View:
        return buttons.view(self._reply_id, controls, lasting=False)

    def _having(self, message_id: str, controls: Below) -> str:
        self._controls[message_id] = controls
        return message_id
