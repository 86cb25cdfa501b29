"""Cron expressions as people write them, in the words of APScheduler's trigger.

Its days of the week count from Monday, where cron's count from Sunday; so here they have names, and no numbers.
"""

import re

from core import times
from storage.problems import NotPossible

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# As man 5 crontab has them: 0 and 7 are Sunday.
NUMBERED = ("sun", *WEEKDAYS)
LOOKS_LIKE_CRON = re.compile(r"(?:[\d*][\d*,/-]*)(?: +[\w*,/-]+){4}", re.ASCII)
WRONG = "I don't understand the cron expression {!r}."
EITHER = "Give the days of the month or the days of the week, not both: cron takes either, and people both."
EVERY = "*"


def weekday(text: str) -> str:
    """The name of a day of the week that is written in any way."""
    return text[:3]


def read(text: str) -> str:
    """The expression, with names for the days of the week; empty when it is none. Raises NotPossible."""
    text = text.casefold().removeprefix("cron ").strip()
    if not LOOKS_LIKE_CRON.fullmatch(text):
        return ""
    minute, hour, day, month, days = text.split()
    if EVERY not in (day, days):
        raise NotPossible(EITHER, "when")
    try:
        expression = " ".join((minute, hour, day, month, _named(days)))
        times.check(expression)
    except ValueError:
        raise NotPossible(WRONG.format(text), "when") from None
    return expression


def _named(days: str) -> str:
    if days == EVERY:
        return EVERY
    names = {name for part in days.split(",") for name in _span(part)}
    return ",".join(sorted(names, key=WEEKDAYS.index))


def _span(part: str) -> list[str]:
    """One day, or those from one to another, also across a Sunday. Raises ValueError."""
    first, _, last = part.partition("-")
    start = WEEKDAYS.index(_name(first))
    length = (WEEKDAYS.index(_name(last or first)) - start) % 7
    if last == "7" and first == "0":
        length = 6
    return [WEEKDAYS[(start + ahead) % 7] for ahead in range(length + 1)]


def _name(day: str) -> str:
    if day.isdecimal():
        if int(day) >= len(NUMBERED):
            raise ValueError(day)
        return NUMBERED[int(day)]
    return day
