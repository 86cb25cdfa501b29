"""Trigger ids (docs.slack.dev/interactivity/handling-user-interaction#modal_responses).

A trigger id comes with each interaction, lives three seconds and opens one view.
"""

import secrets
from dataclasses import dataclass

from bots.playground.slack.errors import SlackError


@dataclass(slots=True)
class Trigger:
    """Who may be shown a view, and since when."""

    user_id: str
    issued_at: float
    is_used: bool = False


class Triggers:
    """All trigger ids given out."""

    def __init__(self) -> None:
        self._triggers: dict[str, Trigger] = {}

    def issue(self, user_id: str, now: float) -> str:
        trigger_id = f"{len(self._triggers) + 1}.{int(now * 1000)}.{secrets.token_hex(16)}"
        self._triggers[trigger_id] = Trigger(user_id, now)
        return trigger_id

    def exchange(self, trigger_id: str, now: float, lifetime_s: float) -> str:
        """The person whose interaction it was.

        Raises `invalid_trigger_id`, `exchanged_trigger_id` or `expired_trigger_id`
        (docs.slack.dev/reference/methods/views.open).
        """
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.is_used:
            raise SlackError("exchanged_trigger_id")
        if now - trigger.issued_at > lifetime_s:
            raise SlackError("expired_trigger_id")
        trigger.is_used = True
        return trigger.user_id
