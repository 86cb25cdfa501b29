"""BENCHMARKS_SCALE shortens every run: to see that it works, not how fast anything is."""

import os

VARIABLE = "BENCHMARKS_SCALE"


def factor() -> float:
    """By what every count and every span of time is multiplied: 1, or what the environment says. Raises SystemExit."""
    given = os.environ.get(VARIABLE) or "1"
    try:
        scale = float(given)
    except ValueError:
        scale = 0.0
    if not 0.0 < scale <= 1.0:
        raise SystemExit(f"{VARIABLE} is a number above 0 and up to 1, and not {given!r}.")
    return scale


def is_short() -> bool:
    """Whether figures mean nothing."""
    return factor() < 1.0


def count(number: int) -> int:
    """So many, scaled; at least one."""
    return max(1, round(number * factor()))


def counts(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Each of them scaled, and none twice."""
    return tuple(dict.fromkeys(count(number) for number in numbers))
