"""The requests that the model server received, kept for tests and for the page's "What the model saw"."""

from collections import deque
from typing import Any

import msgspec


class Entry(msgspec.Struct, kw_only=True):
    """One request; times are unix seconds, `disconnected` says that the caller left before the answer was whole."""

    number: int
    path: str
    headers: dict[str, str]
    began: float
    ended: float | None = None
    status: int | None = None
    disconnected: bool = False
    body: Any = None


class Journal:
    """The last requests, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque()
        self._count = 0

    def open(self, path: str, headers: dict[str, str], now: float, keep: int) -> Entry:
        self._count += 1
        entry = Entry(number=self._count, path=path, headers=headers, began=now)
        self._entries.append(entry)
        while len(self._entries) > keep:
            self._entries.popleft()
        return entry

    def last(self, count: int | None = None) -> list[Entry]:
        entries = list(self._entries)
        return entries if count is None else entries[max(0, len(entries) - count) :]

    def clear(self) -> None:
        self._entries.clear()
