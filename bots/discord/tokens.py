"""The token of an interaction, as the place that replies are posted to: for answers that no channel message can give.

It is kept with the conversation, so that an answer goes on after a restart; it is good for 15 minutes and for nothing
but this answer (discord.com/developers/docs/interactions/receiving-and-responding).
"""

from dataclasses import dataclass
from typing import Self

import discord

LIFE_S = 15 * 60.0
# An answer ends this long before its token does, so that its last words can be shown.
ENDS_BEFORE_S = 60.0
MARK = "interaction"


@dataclass(frozen=True, slots=True)
class Token:
    interaction_id: str
    application_id: int
    private: bool
    secret: str

    @classmethod
    def of(cls, interaction: discord.Interaction, *, private: bool) -> Self:
        return cls(str(interaction.id), interaction.application_id, private, interaction.token)

    @classmethod
    def parse(cls, posts_in: str) -> Self | None:
        """The token that a conversation posts with; None for one that posts in a channel."""
        if not posts_in.startswith(f"{MARK}:"):
            return None
        _, interaction_id, application_id, audience, secret = posts_in.split(":", 4)
        return cls(interaction_id, int(application_id), audience == "private", secret)

    @property
    def posts_in(self) -> str:
        audience = "private" if self.private else "shared"
        return f"{MARK}:{self.interaction_id}:{self.application_id}:{audience}:{self.secret}"

    @property
    def thread_key(self) -> str:
        """A conversation of its own, which nobody's message can join."""
        return f"{MARK}:{self.interaction_id}"


def left_s(interaction: discord.Interaction) -> float:
    """The seconds in which an answer over this token must end."""
    age_s = (discord.utils.utcnow() - interaction.created_at).total_seconds()
    return LIFE_S - ENDS_BEFORE_S - age_s
