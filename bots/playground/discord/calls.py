"""The log of REST calls, for tests and benchmarks."""

from collections import deque
from typing import Any

import msgspec

KEPT = 5_000


class CallRecord(msgspec.Struct):
    """One call: `at` is the steady clock in seconds, `code` Discord's JSON error code, `fault` an injected one."""

    operation: str
    method: str
    path: str
    body: Any
    at: float
    status: int = 0
    code: int | None = None
    fault: bool = False


class CallLog:
    """The newest calls, oldest first."""

    def __init__(self) -> None:
        self._records: deque[CallRecord] = deque(maxlen=KEPT)

    def add(self, record: CallRecord) -> None:
        self._records.append(record)

    def all(self) -> list[CallRecord]:
        return list(self._records)

    def clear(self) -> None:
        self._records.clear()
