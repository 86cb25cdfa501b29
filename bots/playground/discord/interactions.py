"""The life of interactions (discord.com/developers/docs/interactions/receiving-and-responding).

    waiting ── a callback within 3 s ──► acknowledged
       └────── none ──► failed: "The application did not respond"

A token lives for 15 minutes from the interaction, and dies at once when the interaction fails.
"""

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bots.playground.discord.entities import Channel, Message, Origin, User
from bots.playground.discord.errors import Refusal
from bots.playground.discord.rules import Rules

KEPT = 5_000
NO_ANSWER = "The application did not respond"


class InteractionState(StrEnum):
    """Where an interaction stands."""

    WAITING = "waiting"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"


@dataclass(slots=True, eq=False)
class Interaction:
    """One act of a person that the application must answer."""

    id: int
    type: int
    token: str
    user: User
    channel: Channel
    data: dict[str, Any]
    began_at: float
    name: str | None = None
    message: Message | None = None
    opened_by: Origin | None = None
    state: InteractionState = InteractionState.WAITING
    error: str | None = None
    response_type: int | None = None
    ephemeral: bool | None = None
    response: Message | None = None
    modal_id: int | None = None
    choices: list[dict[str, Any]] | None = None
    follow_ups: int = 0
    installed_by_user: bool = False
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def origin(self) -> Origin:
        """What messages that answer this interaction say about it."""
        target = self.data.get("target_id")
        is_message_command = self.data.get("type") == 3
        return Origin(
            self.id,
            self.type,
            self.user.id,
            self.name if self.type == 2 else None,
            interacted_message_id=self.message.id if self.message and self.type == 3 else None,
            target_message_id=int(target) if target and is_message_command else None,
            opened_by=self.opened_by if self.type == 5 else None,
        )


@dataclass(slots=True, eq=False)
class Modal:
    """A form that a person has open."""

    id: int
    user: User
    interaction: Interaction
    title: str
    custom_id: str
    components: list[dict[str, Any]]


class Interactions:
    """All interactions of a world, by id and by token; `changed` is told of every step, `modal_changed` of forms."""

    def __init__(
        self, rules: Rules, changed: Callable[[Interaction], None], modal_changed: Callable[[Modal, bool], None]
    ) -> None:
        self._rules = rules
        self._changed = changed
        self._modal_changed = modal_changed
        self._by_id: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}
        self._order: deque[int] = deque()
        self._timers: dict[int, asyncio.TimerHandle] = {}
        self.modals: dict[int, Modal] = {}

    def begin(
        self, interaction_id: int, kind: int, user: User, channel: Channel, data: dict[str, Any], **more: Any
    ) -> Interaction:
        """A person acts; the application has three seconds from now."""
        interaction = Interaction(
            interaction_id, kind, secrets.token_urlsafe(48), user, channel, data, time.monotonic(), **more
        )
        self._by_id[interaction.id] = interaction
        self._by_token[interaction.token] = interaction
        self._order.append(interaction.id)
        self._forget_oldest()
        loop = asyncio.get_running_loop()
        self._timers[interaction.id] = loop.call_later(self._rules.ack_deadline_s, self._fail, interaction)
        self._changed(interaction)
        return interaction

    def _forget_oldest(self) -> None:
        while len(self._order) > KEPT:
            forgotten = self._by_id.pop(self._order.popleft())
            del self._by_token[forgotten.token]

    def _fail(self, interaction: Interaction) -> None:
        self._timers.pop(interaction.id, None)
        if interaction.state is InteractionState.WAITING:
            interaction.state = InteractionState.FAILED
            interaction.error = NO_ANSWER
            self._settle(interaction)

    def _settle(self, interaction: Interaction) -> None:
        interaction.settled.set()
        self._changed(interaction)

    def find(self, interaction_id: int) -> Interaction | None:
        return self._by_id.get(interaction_id)

    def newest(self, count: int) -> list[Interaction]:
        """The newest ones, oldest first."""
        ids = list(self._order)[-count:]
        return [self._by_id[each] for each in ids]

    def to_acknowledge(self, interaction_id: int, token: str) -> Interaction:
        """The interaction that a callback may answer: 10062 when unknown or late, 40060 when it was answered."""
        interaction = self._by_token.get(token)
        if interaction is None or interaction.id != interaction_id:
            raise Refusal(10062)
        if interaction.state is InteractionState.FAILED:
            raise Refusal(10062)
        if interaction.state is InteractionState.ACKNOWLEDGED:
            raise Refusal(40060)
        return interaction

    def acknowledge(self, interaction: Interaction, response_type: int) -> None:
        """The application answered in time."""
        interaction.state = InteractionState.ACKNOWLEDGED
        interaction.response_type = response_type
        if timer := self._timers.pop(interaction.id, None):
            timer.cancel()
        self._settle(interaction)

    def by_token(self, token: str) -> Interaction | None:
        """The interaction whose token may still be used; 50027 when it is too old, 10015 before it is answered."""
        interaction = self._by_token.get(token)
        if interaction is None:
            return None
        if time.monotonic() - interaction.began_at > self._rules.interaction_token_life_s:
            raise Refusal(50027)
        if interaction.state is not InteractionState.ACKNOWLEDGED:
            raise Refusal(10015)
        return interaction

    def open_modal(self, modal: Modal) -> None:
        """A person sees a form."""
        self.modals[modal.id] = modal
        self._modal_changed(modal, True)

    def close_modal(self, modal: Modal) -> None:
        """The form was sent or closed."""
        self.modals.pop(modal.id, None)
        self._modal_changed(modal, False)

    def stop(self) -> None:
        """Forget every deadline."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
