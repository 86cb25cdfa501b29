"""`parley schedule`, and the times of docs/schedules.md."""

import re
from pathlib import Path

import pytest

from tests.bots.saying import GENERAL, RANDOM, Say, meeting

PAGE = (Path(__file__).parents[2] / "docs" / "schedules.md").read_text(encoding="utf-8")
BREAD = ("every weekday 09:00", "Name a bread.", "--channel", "#general")


@pytest.fixture(autouse=True)
def _met(say: Say) -> None:
    meeting(GENERAL, RANDOM)


def test_every_time_of_the_page_is_understood(say: Say) -> None:
    table = PAGE.partition("| You write | It is due |")[2].partition("\n\n")[0]
    told = [when for row in table.splitlines()[2:] for when in re.findall(r"`([^`]+)`", row.split("|")[1])]
    assert len(told) > 12
    for when in told:
        if not when.startswith("20"):
            say.done("schedule", "preview", when)


def test_a_schedule_is_listed_with_all_that_is_set_of_it(say: Say) -> None:
    assert say.done("schedule") == "There are no schedules here yet.\n"
    assert say.done("schedule", "add", *BREAD).startswith("Schedule 1 is set for #general: every weekday 09:00 (UTC).")
    (one,) = say.found("schedule", "list")
    assert one | {"next_at": ""} == {
        "id": 1,
        "when": "every weekday 09:00",
        "cron": "0 9 * * mon-fri",
        "timezone": "UTC",
        "channel": {"id": "C0GENERAL1", "name": "general"},
        "creator": {"id": "", "name": "command line"},
        "prompt": "Name a bread.",
        "paused": False,
        "next_at": "",
        "last_at": None,
    }
    assert "next" in say.done("schedule")


def test_a_preview_shows_three_times_in_the_workspaces_time_zone(say: Say) -> None:
    say.done("timezone", "Asia/Kathmandu")
    preview = say.found("schedule", "preview", "daily 8:30")
    assert preview["cron"] == "30 8 * * *"
    assert [moment[11:] for moment in preview["next"]] == ["08:30:00+05:45"] * 3


def test_schedules_are_paused_resumed_run_and_removed(say: Say) -> None:
    say.done("schedule", "add", *BREAD)
    for verb, saying in (("pause", "is paused"), ("resume", "goes on"), ("run-now", "runs now"), ("remove", "removed")):
        assert saying in say.done("schedule", verb, "1")
    assert "There is no schedule 1 here." in say.refused("schedule", "remove", "1")
    assert "There is no schedule 99999999999999999999 here." in say.refused("schedule", "pause", "9" * 20)


def test_what_cannot_be_is_refused_in_a_sentence(say: Say) -> None:
    assert "I don't understand when 'sometimes' is." in say.refused("schedule", "add", "sometimes", *BREAD[1:])
    assert "No channel '#nowhere' is known" in say.refused("schedule", "add", *BREAD[:3], "#nowhere")
    assert say("schedule", "pause", "first").exit_code == 2
