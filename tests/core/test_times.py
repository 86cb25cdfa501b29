"""When schedules are due, over the nights on which clocks are changed, held against zoneinfo."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import times

ZONES = (
    "Europe/Brussels",
    "America/New_York",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "UTC",
)
BRUSSELS = ZoneInfo("Europe/Brussels")
at_leisure = settings(deadline=None, max_examples=50)


def changes(zone: ZoneInfo) -> list[datetime]:
    """The days, from noon to noon, in which the clock there is changed."""
    days = [datetime(2024, 1, 1, 12, tzinfo=UTC) + timedelta(days=number) for number in range(2_200)]
    offsets = [day.astimezone(zone).utcoffset() for day in days]
    return [day for day, one, next_ in zip(days, offsets, offsets[1:], strict=False) if one != next_]


nights = st.sampled_from([(ZoneInfo(zone), day) for zone in ZONES for day in changes(ZoneInfo(zone))])
clocks = st.tuples(st.integers(0, 23), st.integers(0, 59))


def exists(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether it is ever this time of day there."""
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall


@at_leisure
@given(nights, st.integers(0, 3), clocks)
def test_what_is_daily_is_due_once_on_each_day_at_its_time(
    night: tuple[ZoneInfo, datetime], days_before: int, clock: tuple[int, int]
) -> None:
    (zone, start), (hour, minute) = night, clock
    due = times.upcoming(f"{minute} {hour} * * *", zone, start - timedelta(days=days_before), 6)
    days = [moment.astimezone(zone).date() for moment in due]
    assert days == [days[0] + timedelta(days=number) for number in range(6)]
    for moment in due:
        local = moment.astimezone(zone).replace(tzinfo=None)
        wanted = local.replace(hour=hour, minute=minute)
        if exists(wanted, zone):
            assert (local, moment.astimezone(zone).fold) == (wanted, 0)
        else:
            assert timedelta(0) < local - wanted <= timedelta(hours=2)


@at_leisure
@given(nights, st.sampled_from(("*/15 * * * *", "0 * * * *", "0 */2 * * *", "30 1-3 * * *", "5,35 2 * * sun")))
def test_moments_follow_one_another_and_none_comes_twice(night: tuple[ZoneInfo, datetime], cron: str) -> None:
    zone, start = night
    due = times.upcoming(cron, zone, start, 30)
    assert due == sorted(set(due))
    assert due[0] > start


@at_leisure
@given(nights)
def test_what_is_due_in_every_hour_goes_on_through_both_hours_of_an_autumn_night(
    night: tuple[ZoneInfo, datetime],
) -> None:
    zone, start = night
    due = times.upcoming("*/15 * * * *", zone, start, 96)
    assert {later - one for one, later in pairwise(due)} == {timedelta(minutes=15)}


@at_leisure
@given(nights, st.integers(1, 2_000))
def test_the_next_moment_is_the_same_wherever_one_asks_before_it(
    night: tuple[ZoneInfo, datetime], minutes: int
) -> None:
    zone, start = night
    due = times.next_after("30 2 * * *", zone, start)
    assert due is not None
    asked = start + timedelta(minutes=minutes)
    if asked < due:
        assert times.next_after("30 2 * * *", zone, asked) == due


@pytest.mark.parametrize(
    ("after", "due"),
    [
        ("2026-03-28T12:00:00+00:00", "2026-03-29T01:30:00+00:00"),  # there is no 02:30: at 03:30 summer time
        ("2026-03-29T01:30:00+00:00", "2026-03-30T00:30:00+00:00"),
        ("2026-10-24T12:00:00+00:00", "2026-10-25T00:30:00+00:00"),  # the first 02:30 of two
        ("2026-10-25T00:30:00+00:00", "2026-10-26T01:30:00+00:00"),
        ("2026-10-25T00:59:59+00:00", "2026-10-26T01:30:00+00:00"),
    ],
)
def test_half_past_two_is_due_once_on_the_nights_that_change_the_clock(after: str, due: str) -> None:
    found = times.next_after("30 2 * * *", BRUSSELS, datetime.fromisoformat(after))
    assert found == datetime.fromisoformat(due)


def test_what_never_comes_is_not_waited_for() -> None:
    assert times.next_after("0 0 30 2 *", BRUSSELS, datetime(2026, 1, 1, tzinfo=UTC)) is None


def test_a_leap_day_is_found_years_ahead() -> None:
    due = times.next_after("0 9 29 2 *", BRUSSELS, datetime(2096, 3, 1, tzinfo=UTC))
    assert due == datetime(2104, 2, 29, 8, tzinfo=UTC)
