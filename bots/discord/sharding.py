"""Which shards this process connects, and when each of them may identify.

Discord lets `max_concurrency` shards identify in five seconds, one for each `shard_id % max_concurrency`
(discord.com/developers/docs/events/gateway, "Sharding for Large Bots"). All processes of one host share the turns
through files; processes on several hosts must not start in the same seconds, or Discord invalidates the later session,
which then waits and tries again.
"""

import asyncio
import fcntl
import hashlib
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import discord

from bots.discord import rest
from core.errors import Kind, PlatformTrouble
from core.settings import Settings
from core.shards import Shards, parse

IDENTIFY_WINDOW_S = 5.0


@dataclass(frozen=True, slots=True)
class Plan:
    """The shards to connect, and how many of them may identify at once."""

    shards: Shards
    concurrency: int

    @property
    def lanes(self) -> list[list[int]]:
        """The shards that wait for one another, in order; lanes start side by side."""
        found: dict[int, list[int]] = {}
        for shard_id in self.shards.ids:
            found.setdefault(shard_id % self.concurrency, []).append(shard_id)
        return list(found.values())


async def plan(client: discord.Client, settings: Settings) -> Plan:
    """What the settings ask for, or else what Discord recommends. Raises PlatformTrouble.

    A token that starts more often than its day allows is reset (docs: events/gateway, "Session Start Limit"): without
    enough starts left nothing is started. Where Discord's place recommends nothing, there is one shard.
    """
    named = settings.discord_shards
    try:
        recommended, _, limit = await rest.call(client.http.get_bot_gateway())
    except PlatformTrouble as trouble:
        if trouble.kind is not Kind.MISSING:
            raise
        return Plan(parse(named) if named else Shards((0,), 1), 1)
    shards = parse(named) if named else Shards(tuple(range(recommended)), recommended)
    if limit["remaining"] < len(shards.ids):
        raise PlatformTrouble(Kind.LIMITED, "no_starts_left", retry_after_s=limit["reset_after"] / 1_000)
    return Plan(shards, max(1, limit["max_concurrency"]))


class IdentifyTurns:
    """One turn in each window for each key, whichever process of this host asks."""

    def __init__(self, name: str, window_s: float = IDENTIFY_WINDOW_S, folder: Path | None = None) -> None:
        self._window_s = window_s
        self._folder = folder or Path(tempfile.gettempdir())
        self._name = hashlib.blake2b(name.encode(), digest_size=8).hexdigest()

    async def wait(self, key: int) -> None:
        """Returns when it is this caller's turn."""
        wait_s = self.take(key, time.time())
        if wait_s > 0:
            await asyncio.sleep(wait_s)
            await self.wait(key)

    def take(self, key: int, now: float) -> float:
        """Take the turn, if it is free: 0; otherwise the seconds until it may be."""
        path = self._folder / f"parley-identify-{os.getuid()}-{self._name}-{key}"
        with path.open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            wait_s = remaining_s(file.read(), now, self._window_s)
            if wait_s <= 0:
                file.seek(0)
                file.truncate()
                file.write(str(now))
        return wait_s


def remaining_s(written: str, now: float, window_s: float) -> float:
    """How long the last turn still counts; a time that cannot be read, or has not come yet, does not count."""
    try:
        ago_s = now - float(written)
    except ValueError:
        return 0.0
    return window_s - ago_s if 0 <= ago_s < window_s else 0.0
