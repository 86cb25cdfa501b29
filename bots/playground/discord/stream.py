"""Tells everybody who watches the control stream what happens."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bots.playground.discord import jsons


class Stream:
    """The watchers, each with the address that it reaches the server by."""

    def __init__(self) -> None:
        self._watchers: dict[asyncio.Queue[bytes], str] = {}

    @contextmanager
    def watch(self, base_url: str) -> Iterator[asyncio.Queue[bytes]]:
        """A queue that gets every event from now on, as JSON."""
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._watchers[queue] = base_url
        try:
            yield queue
        finally:
            del self._watchers[queue]

    def publish(self, event: str, render: Callable[[str], dict[str, Any]]) -> None:
        """Tell all watchers; nothing is rendered when nobody watches."""
        encoded: dict[str, bytes] = {}
        for queue, base_url in self._watchers.items():
            if base_url not in encoded:
                encoded[base_url] = jsons.encode({"event": event, **render(base_url)})
            queue.put_nowait(encoded[base_url])
