"""Events in the shape that Discord sends them, read by the library as they are when they come over the gateway."""

import json
from pathlib import Path
from typing import Any

import discord

from bots.discord.client import Client
from bots.discord.sharding import IdentifyTurns

PAYLOADS = Path(__file__).parent / "payloads"
OWN = {"id": "1323984066969600001", "username": "parley", "discriminator": "0", "avatar": None, "bot": True}


class Replaying(Client):
    """A client that keeps what it is told of, in place of acting on it."""

    def __init__(self) -> None:
        super().__init__(IdentifyTurns("replaying", 0.0))
        self.told: list[tuple[str, Any]] = []
        user: Any = OWN
        self._connection.user = discord.ClientUser(state=self._connection, data=user)
        self._connection.application_id = int(OWN["id"] or 0)
        self._asked_intents.message_content = True

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        self.told.append((event, args[0] if args else None))

    def replay(self, name: str) -> list[tuple[str, Any]]:
        """What the library makes of a payload."""
        recorded = json.loads((PAYLOADS / f"{name}.json").read_text())
        self.told.clear()
        self._connection.parsers[recorded["t"]](recorded["d"])
        return list(self.told)

    def message(self, name: str) -> discord.Message:
        """The message that a payload brings."""
        found = dict(self.replay(name))["message"]
        assert isinstance(found, discord.Message)
        return found
