"""Speaks to the control APIs of the local servers, as a person or a test would."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp

T = TypeVar("T")

PATIENCE_S = 45.0


async def until(look: Callable[[], Awaitable[T | None]], patience_s: float = PATIENCE_S) -> T:
    """What `look` sees as soon as it sees something."""
    async with asyncio.timeout(patience_s):
        while not (seen := await look()):
            await asyncio.sleep(0.02)
        return seen


class Control:
    """One server's control API."""

    def __init__(self, connections: aiohttp.ClientSession, url: str) -> None:
        self.connections = connections
        self.url = url

    async def get(self, path: str) -> Any:
        return await self._call("GET", path, None)

    async def post(self, path: str, **body: Any) -> Any:
        return await self._call("POST", path, body)

    async def patch(self, path: str, **body: Any) -> Any:
        return await self._call("PATCH", path, body)

    async def delete(self, path: str) -> Any:
        return await self._call("DELETE", path, None)

    async def fault(self, operation: str, kind: str, **details: Any) -> None:
        await self.post("/control/faults", operation=operation, kind=kind, **details)

    async def _call(self, method: str, path: str, body: Any) -> Any:
        async with self.connections.request(method, self.url + path, json=body) as response:
            answer = await response.json()
            assert response.status < 400, answer
            return answer


class Model(Control):
    """The local model server."""

    async def will_say(self, text: str = "", **how: Any) -> None:
        await self.post("/control/answers", **({"text": text} if text else {}), **how)

    async def will_call(self, *calls: tuple[str, Any], text: str = "", **how: Any) -> None:
        """Have the next answer call these tools, each a name with its arguments."""
        await self.will_say(text, calls=[{"name": name, "arguments": given} for name, given in calls], **how)

    async def requests(self) -> list[dict[str, Any]]:
        """The bodies of the chat completions requests so far."""
        return [request["body"] for request in (await self.get("/control/requests"))["requests"]]

    async def messages(self) -> list[dict[str, Any]]:
        """The messages of the newest request."""
        return list((await self.requests())[-1]["messages"])
