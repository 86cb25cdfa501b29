"""A reply under its persona's own name and picture: posted and edited through the channel's webhook.

A webhook's messages cannot reply to others and have no nonce (discord.com/developers/docs/resources/webhook, "Execute
Webhook"). Where there is no webhook, or it is refused, the reply comes plainly.
"""

import io
from collections.abc import Callable
from typing import Any

import discord

from bots.discord import buttons, rest
from bots.discord.budgets import WRITES
from bots.discord.surface import ARCHIVED, NOBODY, DiscordSurface
from bots.discord.webhooks import Webhooks, shown_name
from core.errors import Frozen, Kind, PlatformTrouble
from core.surface import Below, Controls, Limited, Question
from storage.claims import Work

LOOKED_AT = 30
REFUSED = (Kind.DENIED, Kind.MISSING, Kind.INVALID)

Fits = Callable[[discord.Message], bool]


class PersonaSurface:
    """Where one reply goes. `plain` takes over what the webhook cannot do."""

    def __init__(self, client: discord.Client, work: Work, webhooks: Webhooks, plain: DiscordSurface) -> None:
        self.text_limit = plain.text_limit
        self.most_messages = plain.most_messages
        self.working_s = plain.working_s
        self.takes_back = plain.takes_back
        self.lasts_s = plain.lasts_s
        self._client = client
        self._webhooks = webhooks
        self._plain = plain
        self._channel_id = int(work.channel_id)
        self._place = client.get_partial_messageable(int(work.posts_in))
        self._in_thread = {"thread": discord.Object(int(work.posts_in))} if work.posts_in != work.channel_id else {}
        self._reply_id = work.reply_id
        self._was_left = work.attempt > 1
        self._known = frozenset(work.segments)
        self._asked_at_id = int(work.trigger_id) if work.trigger_id.isdecimal() else None
        self._name = shown_name(work.persona_display_name or work.persona_name) if work.persona_name else ""
        self._picture = {"avatar_url": work.persona_icon} if work.persona_icon.startswith("https://") else {}
        self._plainly: set[str] = set()
        self._tried: dict[str, list[Fits]] = {}
        self._controls: dict[str, Below] = {}
        through = Limited(f"discord:webhook:{work.channel_id}", WRITES)
        self.posts, self.edits = (through, through) if self._name else (plain.posts, plain.edits)

    def weigh(self, text: str) -> int:
        return self._plain.weigh(text)

    async def open(self, text: str, token: str, controls: Below) -> str:
        """After a try whose answer was lost, look before posting again: there is no nonce that would tell.

        Whether a tool may be called is asked in Parley's own name.
        """
        if isinstance(controls, Question):
            return self._done_plainly(await self._plain.open(text, token, controls))
        message_id = await self._post(token, controls, lambda found: found.content in ("", text.strip()), content=text)
        return message_id or self._done_plainly(await self._plain.open(text, token, controls))

    async def attach(self, name: str, text: str, token: str, controls: Below, note: str = "") -> str:
        """As `open`, with the text as a file."""
        file = discord.File(io.BytesIO(text.encode()), name)
        message_id = await self._post(token, controls, lambda found: bool(found.attachments), content=note, file=file)
        return message_id or self._done_plainly(await self._plain.attach(name, text, token, controls, note))

    async def edit(self, message_id: str, text: str, controls: Below) -> None:
        """A message of an earlier version may be the webhook's or Parley's own: the webhook knows its own."""
        webhook = None if message_id in self._plainly else await self._webhooks.of(self._channel_id)
        if webhook is None:
            await self._plain.edit(message_id, text, controls)
            return
        changed: dict[str, Any] = {"content": text, "allowed_mentions": NOBODY, **self._in_thread}
        if self._controls.get(message_id) is not controls:
            changed["view"] = self._view(controls)
        try:
            await self._edited(webhook, int(message_id), changed)
        except PlatformTrouble as trouble:
            if trouble.code == rest.UNKNOWN_WEBHOOK:
                self._webhooks.forget(self._channel_id)
                if message_id in self._controls:
                    raise Frozen(trouble.code) from trouble
            if trouble.kind is not Kind.MISSING or message_id in self._controls:
                raise
            await self._plain.edit(message_id, text, controls)
            self._plainly.add(message_id)
            return
        self._controls[message_id] = controls

    async def point(self, token: str) -> str:
        return self._done_plainly(await self._plain.point(token))

    async def offer(self, message_id: str) -> None:
        """The webhook knows its own messages; any other is Parley's."""
        webhook = await self._webhooks.of(self._channel_id)
        try:
            if webhook is not None:
                await self._edited(webhook, int(message_id), {"view": buttons.offer(self._reply_id), **self._in_thread})
                return
        except PlatformTrouble as trouble:
            if trouble.kind is not Kind.MISSING:
                raise
        await self._plain.offer(message_id)

    async def remove(self, message_id: str) -> None:
        """Whoever wrote a message, Parley may delete it through the webhook or as its author."""
        webhook = None if message_id in self._plainly else await self._webhooks.of(self._channel_id)
        try:
            if webhook is not None:
                await rest.call(webhook.delete_message(int(message_id), **self._in_thread))
                return
        except PlatformTrouble as trouble:
            if trouble.kind is not Kind.MISSING:
                raise
        await self._plain.remove(message_id)

    async def working(self) -> None:
        await self._plain.working()

    async def rest(self) -> None:
        await self._plain.rest()

    def _is_its(self, message: discord.Message) -> bool:
        return buttons.belongs(message, self._reply_id) and str(message.id) not in self._known

    async def _post(self, token: str, controls: Below, fits: Fits, **content: Any) -> str:
        """The id of the webhook's message; empty where it has to be done plainly."""
        webhook = await self._webhooks.of(self._channel_id) if self._name else None
        if webhook is None:
            return ""
        tried = self._tried.setdefault(token, [self._is_its] if self._was_left else [])
        if tried and (lost := await self._lost(webhook, tried)):
            tried.append(lambda found: found.id == lost)
            await self.edit(str(lost), content.get("content", ""), controls)
            self._webhooks.note(lost)
            return str(lost)
        tried.append(fits)
        try:
            message = await rest.call(self._sent(webhook, controls, content))
        except PlatformTrouble as trouble:
            if trouble.kind not in REFUSED:
                raise
            if trouble.kind is Kind.INVALID and self._picture and "file" not in content:
                self._picture = {}
                return await self._post(token, controls, fits, **content)
            self._webhooks.forget(self._channel_id)
            return ""
        return self._having(message.id, controls)

    async def _sent(self, webhook: discord.Webhook, controls: Below, content: dict[str, Any]) -> discord.Message:
        more: dict[str, Any] = {**content, **self._in_thread, **self._picture}
        if controls is not Controls.NONE:
            more["view"] = buttons.view(self._reply_id, controls)
        return await webhook.send(username=self._name, allowed_mentions=NOBODY, suppress_embeds=True, wait=True, **more)

    async def _edited(self, webhook: discord.Webhook, message_id: int, changed: dict[str, Any]) -> None:
        try:
            await rest.call(webhook.edit_message(message_id, **changed))
        except PlatformTrouble as trouble:
            if trouble.code != ARCHIVED:
                raise
            await rest.call(self._client.http.edit_channel(self._place.id, archived=False))
            await rest.call(webhook.edit_message(message_id, **changed))

    async def _lost(self, webhook: discord.Webhook, tried: list[Fits]) -> int | None:
        """The message that an earlier try posted although its answer never came."""
        for message in await rest.call(self._newest()):
            unknown = message.webhook_id == webhook.id and message.id not in self._webhooks.posted
            if unknown and any(fits(message) for fits in tried):
                return message.id
        return None

    async def _newest(self) -> list[discord.Message]:
        after = discord.Object(self._asked_at_id) if self._asked_at_id else None
        return [message async for message in self._place.history(limit=LOOKED_AT, after=after, oldest_first=False)]

    def _view(self, controls: Below) -> discord.ui.View | None:
        return None if controls is Controls.NONE else buttons.view(self._reply_id, controls)

    def _having(self, message_id: int, controls: Below) -> str:
        self._webhooks.note(message_id)
        self._controls[str(message_id)] = controls
        return str(message_id)

    def _done_plainly(self, message_id: str) -> str:
        self._plainly.add(message_id)
        return message_id
