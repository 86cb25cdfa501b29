"""Reads when something is to be done, as people say it or as a cron expression. Pure.

every weekday 09:00 · every Monday and Thursday at 9 · daily 8:30 am · every 2 hours · every 15 minutes
on the 1st and 15th at 10:00 · on the last day of the month at noon
tomorrow 9:00 · in 2 hours · next Friday at 17:00 · 2026-12-24 18:00
0 9 * * mon-fri
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core import cron, times, wording
from storage.problems import NotPossible

EXAMPLES = "“every weekday 09:00”, “every Monday at 9”, “on the 1st at 10:00”, “every 2 hours”, “tomorrow 9:00”"
NOT_UNDERSTOOD = f"I don't understand when {{!r}} is. Write it like {EXAMPLES}, or as five cron fields."
NO_TIME = "Say the time of day, too, such as “{} at 9:00”."
NO_SUCH_TIME = "{!r} is no time of day."
UNEVEN = "“Every {} {}” does not come out even in a {}: choose {}."
OVER = "That moment is over."
TOO_OFTEN = "A schedule is due every {} minutes at most."
TOO_FAR = "That is further away than I plan."
LEAST_GAP = timedelta(minutes=5)
FURTHEST = timedelta(days=366 * 2)
LIMIT = 200

CLOCK = r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))? ?(?P<half>am|pm|a\.m\.|p\.m\.)?(?: o'?clock)?"
AT = rf"(?P<at> (?:at )?(?:{CLOCK}|(?P<word>noon|midnight)))?"
DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun"
DAYS = rf"(?P<days>(?:{DAY})s?(?: and (?:{DAY})s?)*)"
NUMBERS = r"(?P<numbers>\d{1,2}(?:st|nd|rd|th)?(?: and (?:the )?\d{1,2}(?:st|nd|rd|th)?)*)"
OF_MONTH = r"(?: (?:day )?of (?:the|every|each) month)?"
IN_UNITS = {"minute": 1, "hour": 60, "day": 60 * 24, "week": 60 * 24 * 7}
WORDS = {"noon": (12, 0), "midnight": (0, 0)}
STEPS = {"minute": (60, "hour"), "hour": (24, "day")}


@dataclass(frozen=True, slots=True)
class When:
    """When something is due: again and again by a cron expression, or once, at a moment."""

    spoken: str
    zone: ZoneInfo
    cron: str = ""
    at: datetime | None = None

    def upcoming(self, after: datetime, most: int) -> list[datetime]:
        """The next moments at which it is due."""
        if self.cron:
            return times.upcoming(self.cron, self.zone, after, most)
        return [self.at] if self.at is not None and self.at > after else []


@dataclass(frozen=True, slots=True)
class Reading:
    """One phrase that fits a pattern, by its parts."""

    found: re.Match[str]
    zone: ZoneInfo
    now: datetime

    def __getitem__(self, name: str) -> str:
        return self.found.groupdict().get(name) or ""

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def clock(self) -> tuple[int, int]:
        """The hour and the minute. Raises NotPossible."""
        if not self["at"]:
            raise _unfit(NO_TIME.format(self.found.string))
        if self["word"]:
            return WORDS[self["word"]]
        hour, minute, half = int(self["hour"]), int(self["minute"] or 0), self["half"].replace(".", "")
        if half and not 1 <= hour <= 12:
            raise _unfit(NO_SUCH_TIME.format(self["at"].strip()))
        hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
        if hour > 23 or minute > 59:
            raise _unfit(NO_SUCH_TIME.format(self["at"].strip()))
        return hour, minute

    def by_cron(self, day: str = "*", weekday: str = "*") -> str:
        hour, minute = self.clock()
        return f"{minute} {hour} {day} * {weekday}"

    def on(self, day: date) -> datetime:
        hour, minute = self.clock()
        return times.moment_of(datetime.combine(day, time(hour, minute)), self.zone)


def read(given: str, zone: ZoneInfo, now: datetime) -> When:
    """When that is, in this zone. Raises NotPossible."""
    spoken = " ".join(wording.clean(given).split()).strip(" .")
    if not spoken or len(spoken) > LIMIT:
        raise _unfit(NOT_UNDERSTOOD.format(spoken[:LIMIT]))
    text = " ".join(spoken.casefold().replace(",", " and ").split()).replace(" and and ", " and ")
    for pattern, understand in PHRASES:
        if found := pattern.fullmatch(text):
            due = understand(Reading(found, zone, now))
            return _recurring(spoken, zone, due, now) if isinstance(due, str) else _once(spoken, zone, due, now)
    if expression := cron.read(spoken):
        return _recurring(expression, zone, expression, now)
    raise _unfit(NOT_UNDERSTOOD.format(spoken))


def _recurring(spoken: str, zone: ZoneInfo, expression: str, now: datetime) -> When:
    if times.next_after(expression, zone, now) is None:
        raise _unfit(NOT_UNDERSTOOD.format(spoken))
    if times.least_gap(expression, zone, now) < LEAST_GAP:
        raise _unfit(TOO_OFTEN.format(LEAST_GAP // timedelta(minutes=1)))
    return When(spoken, zone, cron=expression)


def _once(spoken: str, zone: ZoneInfo, at: datetime, now: datetime) -> When:
    if at <= now:
        raise _unfit(OVER)
    if at > now + FURTHEST:
        raise _unfit(TOO_FAR)
    return When(spoken, zone, at=at)


def _on_days(reading: Reading) -> str:
    return reading.by_cron(weekday=",".join(dict.fromkeys(cron.weekday(one) for one in _listed(reading["days"]))))


def _on_dates(reading: Reading) -> str:
    numbers = [int(re.sub(r"\D", "", one)) for one in _listed(reading["numbers"].replace("the ", ""))]
    if any(not 1 <= number <= 31 for number in numbers):
        raise _unfit("The days of a month are 1 to 31.")
    return reading.by_cron(day=",".join(map(str, numbers)))


def _listed(text: str) -> list[str]:
    return text.split(" and ")


def _every_few(reading: Reading) -> str:
    unit, count = reading["unit"], int(reading["count"] or 1)
    whole, larger = STEPS[unit]
    if not 1 <= count <= whole or whole % count:
        even = ", ".join(str(number) for number in range(2, whole) if whole % number == 0)
        raise _unfit(UNEVEN.format(count, f"{unit}s", larger, even))
    minute, hour = (count, 1) if unit == "minute" else (60, count)
    hours = "*" if hour == 1 else "0" if hour == 24 else f"*/{hour}"
    return f"{'0' if minute == 60 else f'*/{minute}'} {hours} * * *"


def _half_hour(_reading: Reading) -> str:
    return "*/30 * * * *"


def _in_a_while(reading: Reading) -> datetime:
    count = 1 if reading["count"] in ("a", "an", "one") else int(reading["count"])
    return (reading.now + timedelta(minutes=count * IN_UNITS[reading["unit"]])).astimezone(UTC)


def _that_day(reading: Reading) -> datetime:
    return reading.on(reading.today + timedelta(days=reading["day"] == "tomorrow"))


def _next_day(reading: Reading) -> datetime:
    """The first such day whose time is still to come; with “next” not today."""
    wanted = cron.WEEKDAYS.index(cron.weekday(reading["days"]))
    ahead = (wanted - reading.today.weekday()) % 7
    moment = reading.on(reading.today + timedelta(days=ahead))
    is_over = moment <= reading.now or (ahead == 0 and reading["next"] != "")
    return reading.on(reading.today + timedelta(days=ahead + 7)) if is_over else moment


def _on_date(reading: Reading) -> datetime:
    try:
        day = date.fromisoformat(reading["date"])
    except ValueError:
        raise _unfit(f"{reading['date']} is no date.") from None
    return reading.on(day)


def _unfit(sentence: str) -> NotPossible:
    return NotPossible(sentence, "when")


Understand = Callable[[Reading], str | datetime]
PHRASES: tuple[tuple[re.Pattern[str], Understand], ...] = tuple(
    (re.compile(pattern), understand)
    for pattern, understand in (
        (rf"(?:every |each |on )?(?:week|work|working )days?{AT}", lambda reading: reading.by_cron(weekday="mon-fri")),
        (rf"(?:every |each |on )?weekends?{AT}", lambda reading: reading.by_cron(weekday="sat,sun")),
        (rf"(?:(?:every|each) ?day|daily){AT}", lambda reading: reading.by_cron()),
        (rf"(?:every|each) {DAYS}{AT}", _on_days),
        (rf"(?:on )?(?P<days>(?:{DAY})s(?: and (?:{DAY})s)*){AT}", _on_days),
        (r"(?:(?:every|each) (?:(?P<count>\d{1,2}) )?|(?=hourly))(?P<unit>minute|hour)(?:s|ly)?", _every_few),
        (r"(?:every|each) (?:half (?:an )?hour)", _half_hour),
        (rf"(?:(?:every|each) month |monthly )?(?:on )?the last day{OF_MONTH}{AT}", lambda r: r.by_cron(day="last")),
        (rf"(?:(?:every|each) month |monthly )?on the {NUMBERS}{OF_MONTH}{AT}", _on_dates),
        (rf"(?:every|each) (?=\d{{1,2}}(?:st|nd|rd|th)){NUMBERS}{OF_MONTH}{AT}", _on_dates),
        (rf"(?P<day>today|tomorrow){AT}", _that_day),
        (r"in (?P<count>an?|one|\d{1,3}) (?P<unit>minute|hour|day|week)s?", _in_a_while),
        (rf"(?:on )?(?P<next>next )?(?P<days>{DAY}){AT}", _next_day),
        (rf"(?:on )?(?P<date>\d{{4}}-\d{{2}}-\d{{2}}){AT}", _on_date),
    )
)
