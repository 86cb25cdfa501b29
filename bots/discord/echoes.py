"""What the gateway tells of Parley's own answers to interactions: the ids that a lost answer of the API did not bring.

Follow-ups know no nonce (discord.com/developers/docs/resources/webhook, "Execute Webhook" names every parameter), so
before one is sent again it is looked for here. Ephemeral ones are told of, too, to whoever sent them
(docs: events/gateway-events, "Messages").
"""

import discord

MOST = 1_000
MOST_OF_ONE = 20


class Echoes:
    """The newest answers are remembered, each for its interaction."""

    def __init__(self) -> None:
        self._heard: dict[int, dict[int, str]] = {}

    def hear(self, message: discord.Message) -> None:
        """Remember a message if it answers an interaction with Parley; a file counts as an empty text."""
        answers = message.interaction_metadata
        if answers is None or message.webhook_id is None:
            return
        found = self._heard.setdefault(answers.id, {})
        found[message.id] = message.content
        if len(found) > MOST_OF_ONE:
            del found[next(iter(found))]
        if len(self._heard) > MOST:
            del self._heard[next(iter(self._heard))]

    def of(self, interaction_id: int) -> dict[int, str]:
        """The texts that answered an interaction, by message."""
        return self._heard.get(interaction_id, {})
