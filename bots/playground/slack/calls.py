"""The log of Web API calls that tests read."""

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

MOST = 20_000


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One call; `at` is monotonic seconds at its start, `status` 0 when the connection was cut instead."""

    method: str
    args: dict[str, Any]
    at: float
    status: int
    ok: bool
    error: str | None


class CallLog:
    """The last calls, oldest first."""

    def __init__(self) -> None:
        self._calls: deque[LoggedCall] = deque(maxlen=MOST)

    def add(self, call: LoggedCall) -> None:
        self._calls.append(call)

    def clear(self) -> None:
        self._calls.clear()

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(call) for call in self._calls]
