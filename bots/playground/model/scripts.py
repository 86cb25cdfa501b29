"""Answers that a test wrote for the model to give, word by word or fault by fault."""

import asyncio
from typing import Any

import msgspec

from bots.playground.model.calling import Calling


class Script(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One written answer; `cut_after`, `reset_after`, `error_after` and `hold_after` count content chunks.

    `calls` are made only where the request has tools and leaves the choice.
    """

    match: str | None = None
    times: int = 1
    text: str | None = None
    chunks: list[str] | None = None
    first_token_s: float | None = None
    tokens_per_s: float | None = None
    finish_reason: str = "stop"
    status: int = 200
    body: Any = None
    content_type: str | None = None
    headers: dict[str, str] = {}
    cut_after: int | None = None
    reset_after: int | None = None
    raw: str | None = None
    error_event: Any = None
    error_after: int | None = None
    hold: bool = False
    hold_after: int = 0
    thoughts: list[str] = []
    refusal: bool = False
    calls: list[Calling] = []

    @property
    def is_plain(self) -> bool:
        """It is answered as one ordinary HTTP response, not as a completion."""
        return self.raw is not None or self.body is not None or self.status != 200


class Scripts:
    """The written answers that wait for their requests, and the ones held back."""

    def __init__(self) -> None:
        self._waiting: list[Script] = []
        self._held: list[asyncio.Event] = []

    def add(self, script: Script) -> None:
        self._waiting.append(script)

    def take(self, last_user_text: str) -> Script | None:
        """The first answer whose `match` is in the last user message."""
        for script in self._waiting:
            if script.match is None or script.match in last_user_text:
                script.times -= 1
                if script.times <= 0:
                    self._waiting.remove(script)
                return script
        return None

    async def hold(self) -> None:
        """Wait until the held answers are released."""
        held = asyncio.Event()
        self._held.append(held)
        try:
            await held.wait()
        finally:
            self._held.remove(held)

    def release(self) -> None:
        for held in self._held:
            held.set()

    def clear(self) -> None:
        self._waiting.clear()

    def state(self) -> dict[str, int]:
        return {"waiting": len(self._waiting), "held": len(self._held)}
