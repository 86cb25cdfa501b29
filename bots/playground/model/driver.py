"""Drives a running model server from outside: tests and benchmarks write answers and read requests with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp


@dataclass(frozen=True, slots=True)
class ModelDriver:
    """A running server at `url` (without `/v1`); every call raises aiohttp.ClientResponseError when it is refused."""

    url: str
    http: aiohttp.ClientSession

    async def say(self, *answers: Mapping[str, Any]) -> None:
        """Queue answers, each with the fields of `Script`."""
        await self._call("POST", "answers", list(answers))

    async def release(self) -> None:
        await self._call("POST", "release")

    async def held(self) -> int:
        """How many answers are held back now."""
        return int((await self._call("GET", "answers"))["held"])

    async def rule(self, **fields: Any) -> None:
        """Change rules, each a field of `Rules`."""
        await self._call("PATCH", "rules", fields)

    async def fault(self, **fields: Any) -> None:
        """Inject a fault, with the fields of `Fault`; the operation is `chat.completions` unless given."""
        await self._call("POST", "faults", {"operation": "chat.completions", **fields})

    async def received(self) -> list[dict[str, Any]]:
        """The requests so far, oldest first, with the fields of `Entry`."""
        return list((await self._call("GET", "requests"))["requests"])

    async def forget(self) -> None:
        """Forget requests, queued answers and faults, and go back to the first rules."""
        for name in ("requests", "answers", "faults", "rules"):
            await self._call("DELETE", name)

    async def _call(self, method: str, name: str, body: Any = None) -> Any:
        async with self.http.request(method, f"{self.url}/control/{name}", json=body) as response:
            response.raise_for_status()
            return await response.json()
