"""The tools that come along and need nothing but themselves: a calculator, and a clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from core import fields
from core.tools import arithmetic
from core.tools.tool import Asker, Result, ToolFailure, text_of
from storage.problems import NotPossible

Now = Callable[[], datetime]


def schema(required: tuple[str, ...] = (), **described: str) -> Mapping[str, Any]:
    """The JSON schema of texts with these descriptions."""
    properties = {name: {"type": "string", "description": text} for name, text in described.items()}
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


@dataclass(frozen=True, slots=True)
class Calculator:
    name: str = "calculator"
    description: str = (
        "Works out an arithmetic expression exactly. Knows + - * / // % **, brackets, pi, e, sqrt, exp, log, log10, "
        "log2, abs, min, max, round, floor, ceil, factorial, sin, cos, tan, asin, acos and atan (in radians)."
    )
    parameters: Mapping[str, Any] = field(
        default_factory=lambda: schema(("expression",), expression="Such as (17.5 * 12) / 7")
    )
    doing: str = "Calculating"
    asks: bool = False
    alone: bool = False

    async def run(self, arguments: Mapping[str, Any], asker: Asker) -> Result:
        try:
            return Result(arithmetic.result(text_of(arguments, "expression")))
        except arithmetic.NotArithmetic as error:
            raise ToolFailure(str(error)) from error


@dataclass(frozen=True, slots=True)
class Clock:
    now: Now
    name: str = "time"
    description: str = "Tells the date and the time of day at this moment, in a time zone."
    parameters: Mapping[str, Any] = field(
        default_factory=lambda: schema(zone="A zone such as Europe/Brussels; the workspace's own if left out")
    )
    doing: str = "Looking at the clock"
    asks: bool = False
    alone: bool = False

    async def run(self, arguments: Mapping[str, Any], asker: Asker) -> Result:
        given = arguments.get("zone") or asker.timezone
        try:
            zone = fields.timezone(given)
        except NotPossible as error:
            raise ToolFailure(str(error)) from error
        moment = self.now().astimezone(ZoneInfo(zone))
        offset = f"{moment:%z}"
        return Result(f"{moment:%A}, {moment.day} {moment:%B %Y, %H:%M:%S} ({zone}, UTC{offset[:3]}:{offset[3:5]})")
