"""The stream of changes that the page and the tests watch."""

import asyncio
import json
import time
from typing import Any

from aiohttp import web

from bots.playground.slack.messages import Message


def dumps(value: Any) -> str:
    """JSON in ASCII, so that a lone surrogate travels as its escape."""
    return json.dumps(value, separators=(",", ":"), default=_encode)


def _encode(value: Any) -> Any:
    if isinstance(value, Message):
        return value.as_seen()
    raise TypeError(f"{type(value).__name__!r} has no JSON form")


class Feed:
    """Gives every watcher each change from the moment it came; costs nothing while nobody watches."""

    def __init__(self) -> None:
        self._watchers: set[asyncio.Queue[str | None]] = set()

    def publish(self, kind: str, /, **fields: Any) -> None:
        """Tell all watchers; messages are written as they are now."""
        if not self._watchers:
            return
        frame = dumps({"type": kind, "at": time.monotonic(), **fields})
        for watcher in self._watchers:
            watcher.put_nowait(frame)

    def close(self) -> None:
        """Send all watchers away."""
        for watcher in self._watchers:
            watcher.put_nowait(None)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """`GET /control/events`: one JSON object per frame until the watcher leaves."""
        socket = web.WebSocketResponse(heartbeat=30.0)
        await socket.prepare(request)
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._watchers.add(queue)
        writer = asyncio.create_task(_write_all(socket, queue))
        try:
            async for _ in socket:
                pass
        finally:
            self._watchers.discard(queue)
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
        return socket


async def _write_all(socket: web.WebSocketResponse, queue: asyncio.Queue[str | None]) -> None:
    while (frame := await queue.get()) is not None:
        await socket.send_str(frame)
    await socket.close()
