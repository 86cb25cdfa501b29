"""Keeps an endpoint that is down from making everybody wait: pure, with the time passed in (seconds of a steady clock).

```
closed ──(faults in a row)──▶ open ──(rest is over)──▶ half open: one request probes
  ▲                            ▲                          │
  └───────────── it is well ───┼──────────────────────────┤
                               └── it failed: rest longer ┘
```
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from core.newest import Newest

FAULTS_IN_A_ROW = 5
FIRST_REST_S = 10.0
LONGEST_REST_S = 120.0
MOST = 2_000


@dataclass(slots=True)
class Circuit:
    """One endpoint's: how often in a row it failed, and how long it is left alone."""

    faults: int = 0
    rest_s: float = FIRST_REST_S
    opens_at: float | None = None
    probing: bool = False

    def admit(self, now: float) -> float:
        """0.0 when a request may be made, or else the seconds until one may; whoever probes must say how it went."""
        if self.opens_at is None:
            return 0.0
        if self.probing:
            return 1.0
        if now < self.opens_at:
            return self.opens_at - now
        self.probing = True
        return 0.0

    def well(self) -> None:
        self.faults, self.rest_s, self.opens_at, self.probing = 0, FIRST_REST_S, None, False

    def failed(self, now: float) -> bool:
        """A fault that wears the endpoint; whether the circuit opens with it."""
        self.faults += 1
        was_open = self.opens_at is not None
        if was_open and not self.probing:
            return False
        if not was_open and self.faults < FAULTS_IN_A_ROW:
            return False
        if self.probing:
            self.rest_s = min(2 * self.rest_s, LONGEST_REST_S)
        self.opens_at, self.probing = now + self.rest_s, False
        return not was_open

    def called_off(self) -> None:
        """A request ended without telling anything about the endpoint: somebody else may probe."""
        self.probing = False


class Circuits:
    """The circuits of all endpoints; those that were used longest ago are forgotten first."""

    def __init__(self, most: int = MOST) -> None:
        self._circuits: Newest[Hashable, Circuit] = Newest(most)

    def open(self) -> list[Any]:
        """The endpoints that are not asked now, or only to see whether they are well again."""
        return [endpoint for endpoint, circuit in self._circuits.items() if circuit.opens_at is not None]

    def of(self, endpoint: Hashable) -> Circuit:
        circuit = self._circuits[endpoint] = self._circuits.get(endpoint) or Circuit()
        return circuit
