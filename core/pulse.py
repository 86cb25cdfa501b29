"""Whether the operator's endpoints answer: as their last answers have it, or else by a ping that costs nothing.

The ping asks which models there are, reads no more than the status, and is made when somebody wants to know and nothing
was heard of an endpoint for `every_s` seconds. What workspaces have brought along is their own affair.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core import faults
from core.endpoints import Endpoint
from core.errors import Fault, ModelTrouble

# Beside those that wear an endpoint: with these, it answers nobody either.
SICK = frozenset({Fault.REFUSED_KEY, Fault.NO_CREDIT})
# Not every server lists its models; one that says so answers.
TELLS_NOTHING = frozenset({Fault.NO_MODEL, Fault.NO_API, Fault.INVALID})


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard of an endpoint last, and when, by the loop's clock; `why` it was not well, empty when it was."""

    at: float
    why: str = ""


class Pulse:
    """`ask` pings an endpoint; raises ModelTrouble. With 0 for `every_s`, none is ever pinged."""

    def __init__(self, ask: Callable[[Endpoint], Awaitable[None]], every_s: float) -> None:
        self._ask = ask
        self._every_s = every_s
        self._heard: dict[str, Heard] = {}

    def well(self, endpoint: Endpoint) -> None:
        """It has just answered."""
        if endpoint.owned_by is None:
            self._heard[endpoint.name] = Heard(_now())

    def failed(self, endpoint: Endpoint, trouble: ModelTrouble) -> None:
        """It has just failed, which may say nothing of how it is."""
        if endpoint.owned_by is None and trouble.fault is not Fault.RESTING:
            self._heard[endpoint.name] = Heard(_now(), trouble.fault.value if _is_sick(trouble.fault) else "")

    async def of(self, endpoint: Endpoint) -> str:
        """Why an endpoint is not well, in a word; empty when it is, as far as is known."""
        heard = self._heard.get(endpoint.name)
        is_old = heard is None or _now() - heard.at >= self._every_s
        if self._every_s and is_old:
            heard = self._heard[endpoint.name] = Heard(_now(), await self._pinged(endpoint))
        return heard.why if heard is not None else ""

    async def _pinged(self, endpoint: Endpoint) -> str:
        try:
            await self._ask(endpoint)
        except ModelTrouble as trouble:
            return "" if trouble.fault in TELLS_NOTHING else trouble.fault.value
        return ""


def _is_sick(fault: Fault) -> bool:
    return fault in SICK or faults.RULES[fault].wears


def _now() -> float:
    return asyncio.get_running_loop().time()
