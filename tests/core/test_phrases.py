"""How people say when something is due."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import phrases
from storage.problems import NotPossible

BRUSSELS = ZoneInfo("Europe/Brussels")
# A Sunday, at 08:40 in Brussels.
WORDS = ("every", "on", "the", "1st", "at", "9", "mon", "-", ",", "*", "0", "daily", "in", "hours")
NOW = datetime(2026, 11, 22, 7, 40, tzinfo=UTC)


def read(text: str) -> phrases.When:
    return phrases.read(text, BRUSSELS, NOW)


def refused(text: str) -> str:
    with pytest.raises(NotPossible) as error:
        read(text)
    assert error.value.field == "when"
    return str(error.value)


@pytest.mark.parametrize(
    ("said", "cron"),
    [
        ("every weekday 09:00", "0 9 * * mon-fri"),
        ("Weekdays at 8:30 am.", "30 8 * * mon-fri"),
        ("every weekend at noon", "0 12 * * sat,sun"),
        ("every Monday at 9", "0 9 * * mon"),
        ("every Mon, Wed and Fri at 17.15", "15 17 * * mon,wed,fri"),
        ("Tuesdays and Thursdays at 9 o'clock", "0 9 * * tue,thu"),
        ("daily 08:30", "30 8 * * *"),
        ("every day at midnight", "0 0 * * *"),
        ("every day at 12 am", "0 0 * * *"),
        ("every day at 12:05 pm", "5 12 * * *"),
        ("every hour", "0 * * * *"),
        ("hourly", "0 * * * *"),
        ("every 2 hours", "0 */2 * * *"),
        ("every 24 hours", "0 0 * * *"),
        ("every 15 minutes", "*/15 * * * *"),
        ("every half hour", "*/30 * * * *"),
        ("on the 1st at 10:00", "0 10 1 * *"),
        ("every month on the 1st and the 15th at 10", "0 10 1,15 * *"),
        ("every 3rd of the month at 9:00", "0 9 3 * *"),
        ("on the last day of the month at 6pm", "0 18 last * *"),
        ("30 8 1 * *", "30 8 1 * *"),
        ("cron */10 8-17 * jan-mar *", "*/10 8-17 * jan-mar *"),
    ],
)
def test_what_is_due_again_and_again(said: str, cron: str) -> None:
    assert read(said).cron == cron


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("tomorrow 9:00", "2026-11-23 08:00"),
        ("today at 23:00", "2026-11-22 22:00"),
        ("in 2 hours", "2026-11-22 09:40"),
        ("in a week", "2026-11-29 07:40"),
        ("Sunday at 9", "2026-11-22 08:00"),
        ("on Sunday at 8", "2026-11-29 07:00"),
        ("next Sunday at 9", "2026-11-29 08:00"),
        ("next Friday at 17:00", "2026-11-27 16:00"),
        ("2026-12-24 18:00", "2026-12-24 17:00"),
        ("on 2027-03-28 at 02:30", "2027-03-28 01:30"),  # the hour that this night leaves out
    ],
)
def test_what_is_due_once(said: str, at: str) -> None:
    assert read(said).at == datetime.fromisoformat(f"{at}:00+00:00")
    assert read(said).cron == ""


@pytest.mark.parametrize(
    ("days", "names"),
    [
        ("mon-fri", "mon,tue,wed,thu,fri"),
        ("1-5", "mon,tue,wed,thu,fri"),
        ("0", "sun"),
        ("7", "sun"),
        ("5-7", "fri,sat,sun"),
        ("sat-mon", "mon,sat,sun"),
        ("0-6", "mon,tue,wed,thu,fri,sat,sun"),
        ("1,3", "mon,wed"),
    ],
)
def test_days_of_the_week_in_cron_are_kept_by_name(days: str, names: str) -> None:
    assert read(f"0 9 * * {days}").cron == f"0 9 * * {names}"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "I don't understand"),
        ("sometimes", "I don't understand"),
        ("every weekday at 9:00 in Berlin", "I don't understand"),
        ("0 9 31 feb *", "I don't understand"),
        ("every weekday", "Say the time of day, too"),
        ("every day at 25:00", "no time of day"),
        ("every day at 13pm", "no time of day"),
        ("on the 32nd at 9:00", "1 to 31"),
        ("every 5 hours", "does not come out even in a day: choose 2, 3, 4, 6, 8, 12."),
        ("every 3 minutes", "every 5 minutes at most"),
        ("0,1 9 * * *", "every 5 minutes at most"),
        ("today 8:00", "is over"),
        ("2026-13-01 9:00", "is no date"),
        ("2036-01-01 9:00", "further away"),
        ("0 9 1 * mon", "not both"),
        ("99 9 * * *", "the cron expression"),
        ("0 9 * * 9", "the cron expression"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_reason(said: str, why: str) -> None:
    assert why in refused(said)


@given(st.text(max_size=60) | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_whatever_is_typed_is_understood_or_refused(said: str) -> None:
    try:
        when = read(said)
    except NotPossible:
        return
    assert when.upcoming(NOW, 1)
