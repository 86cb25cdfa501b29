"""The token of an interaction, as the place that replies are posted to: for answers that no channel message can give.

It is kept with the conversation, so that an answer goes on after a restart; it is good for 15 minutes and for nothing
but this answer (discord.com/developers/docs/interactions/receiving-and-responding). Whoever presses a button below the
answer brings a further one along, for the same message.
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
    def of_press(cls, interaction: discord.Interaction) -> Self | None:
        """The token that a press brings along for the message below which it was; None for one of the channel."""
        message = interaction.message
        if message is None or message.interaction_metadata is None:
            return None
        return cls.of(interaction, private=message.flags.ephemeral)

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

    @property
    def left_s(self) -> float:
        """The seconds in which an answer over this token must end."""
        began_at = discord.utils.snowflake_time(int(self.interaction_id))
        return LIFE_S - ENDS_BEFORE_S - (discord.utils.utcnow() - began_at).total_seconds()
