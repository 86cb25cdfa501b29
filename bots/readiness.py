"""Whether this process can serve: one ping for each thing that must work, all side by side and within a short time.

No second ping of a part begins while the first one is under way, however many ask: whoever asks meanwhile shares it. A
part that is not `needed` is told of, and keeps nobody from being ready: that a model is down is no reason to take a
process away that would tell people so, and a restart would not bring it back.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

import structlog

from storage.database import Database

log = structlog.get_logger()

PATIENCE_S = 2.0

# Says why a part does not work; empty when it does.
Ping = Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Found:
    """What a ping found, and how many milliseconds it took; `why` is one word, empty when all is well."""

    ms: float = 0.0
    why: str = ""
    needed: bool = True

    @property
    def well(self) -> bool:
        return not self.why


# Pings the parts, and tells what was found by their names.
Look = Callable[[], Awaitable[dict[str, Found]]]


class Part:
    """One thing that must work, or had better."""

    def __init__(self, name: str, ping: Ping, patience_s: float, *, needed: bool) -> None:
        self.name = name
        self._ping = ping
        self._patience_s = patience_s
        self._needed = needed
        self._under_way: asyncio.Task[Found] | None = None
        self._began_at = 0.0

    async def look(self) -> Found:
        if self._under_way is None or self._under_way.done():
            self._began_at = monotonic()
            self._under_way = asyncio.create_task(self._pinged())
        done, _ = await asyncio.wait({self._under_way}, timeout=self._patience_s)
        if not done:
            return self._found("no_answer")
        return self._under_way.result()

    async def close(self) -> None:
        if self._under_way is not None:
            self._under_way.cancel()
            await asyncio.wait({self._under_way})

    async def _pinged(self) -> Found:
        try:
            return self._found(await self._ping())
        except Exception as error:
            log.warning("part.unwell", part=self.name, error=type(error).__name__)
            return self._found(type(error).__name__)

    def _found(self, why: str) -> Found:
        return Found(round(1_000 * (monotonic() - self._began_at), 1), why, self._needed)


class Readiness:
    """Ready is who has started, is not about to end, and has every part that is needed."""

    def __init__(self, database: Database, patience_s: float = PATIENCE_S) -> None:
        self._database = database
        self._patience_s = patience_s
        self._parts: list[Part] = []
        self._why_not = "starting"
        self.add("database", self._writable)

    def add(self, name: str, ping: Ping, *, needed: bool = True) -> None:
        """A further part."""
        self._parts.append(Part(name, ping, self._patience_s, needed=needed))

    def started(self) -> None:
        """All parts are there."""
        self._why_not = ""

    def ending(self) -> None:
        """What is under way is ended in order; nothing more should come here."""
        self._why_not = "ending"

    @property
    def has_started(self) -> bool:
        return not self._why_not

    async def look(self) -> dict[str, Found]:
        """Each part with what its ping found just now."""
        parts = list(self._parts)
        found = await asyncio.gather(*(part.look() for part in parts))
        return {"started": Found(why=self._why_not)} | {part.name: one for part, one in zip(parts, found, strict=True)}

    async def close(self) -> None:
        """Wait for nothing any more."""
        await asyncio.gather(*(part.close() for part in self._parts))

    async def _writable(self) -> str:
        await self._database.run(_take_the_write_lock)
        return ""


def is_ready(found: dict[str, Found]) -> bool:
    return all(one.well for one in found.values() if one.needed)


def _take_the_write_lock(session: Any) -> None:
    session.connection()
