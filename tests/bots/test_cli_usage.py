import asyncio
import csv
import io
from pathlib import Path

import pytest
from PIL import Image

from storage import spending, workspaces
from storage.database import Database
from storage.spending import Bill, Took
from tests.bots.saying import GENERAL, RANDOM, Say, meeting


@pytest.fixture(autouse=True)
def _spent(say: Say) -> None:
    meeting(GENERAL, RANDOM)
    asyncio.run(_spend())


async def _spend() -> None:
    database = await Database.open("sqlite:///parley.db")
    for day, place, person, cost in (
        ("2026-10-31", GENERAL, "Ann", 1_000_000),
        ("2026-11-01", GENERAL, "Ann", 500_000),
        ("2026-11-02", RANDOM, "Ben", None),
    ):
        located = await database.run(workspaces.locate, place)
        bill = Bill(
            workspace_id=located.workspace_id,
            day=day,
            channel_row=located.channel_id,
            channel_id=place.channel_id,
            person_id=person.upper(),
            person_name=person,
            model="gpt-5",
            took=Took(tokens_in=100, tokens_out=10, tokens_cached=7, tokens_reasoning=3, cost_microusd=cost),
        )
        await database.run(spending.add, bill)
    await database.close()


def test_usage_is_printed_for_people_for_programs_and_for_spreadsheets(say: Say) -> None:
    days = ("--since", "2026-10-01", "--until", "2026-11")
    told = say.done("usage", *days, "--by", "person").splitlines()
    cached = "300 tokens read (21 of them cached) and 30 written"
    assert told[0] == f"Everybody, 1 October 2026 to 30 November 2026: 3 answers, {cached}, $1.50."
    assert told[1] == "• Ann: 2 answers, 200 tokens read (14 of them cached) and 20 written, $1.50"
    assert "Of 1 of the answers the cost is not known." in told
    found = say.found("usage", *days)
    assert [row["key"] for row in found["used"]] == ["2026-10-31", "2026-11-01", "2026-11-02"]
    rows = list(csv.DictReader(io.StringIO(say.done("usage", *days, "--by", "channel", "--csv"))))
    assert [(row["key"], row["name"], row["cost_usd"]) for row in rows] == [
        ("C0GENERAL1", "#general", "1.5"),
        ("C0RANDOM01", "#random", "0.0"),
    ]
    assert rows[0]["tokens_cached"] == "14"
    assert rows[0]["tokens_reasoning"] == "6"


def test_a_chart_is_written_to_a_file(say: Say) -> None:
    assert "'gone/usage.png' cannot be written" in say.refused("usage", "--chart", "gone/usage.png")
    say.done("usage", "--since", "2026-10", "--until", "2026-11", "--chart", "usage.png")
    with Image.open(Path("usage.png")) as image:
        assert image.format == "PNG"


def test_days_that_are_none_are_refused(say: Say) -> None:
    assert "is no day" in say.refused("usage", "--since", "soon")
    assert say("usage", "--csv", "--json").exit_code == 2


def test_caps_are_set_listed_and_taken_back(say: Say) -> None:
    say.done("cap", "set", "workspace", "month", "$50")
    say.done("cap", "set", "person", "day", "20000 tokens")
    say.done("cap", "set", "channel", "month", "$10", "--channel", "#random")
    assert say.done("cap").splitlines() == [
        "• channel #random: $10.00 per month",
        "• each person: 20,000 tokens per day",
        "• workspace: $50.00 per month",
    ]
    exported = say.done("config", "export")
    say.done("cap", "clear", "person", "day", "--tokens")
    assert "There is no such cap." in say.refused("cap", "clear", "person", "day")
    Path("back.toml").write_text(exported)
    assert "cap of each person: 20,000 tokens per day" in say.done("config", "import", "back.toml")
    assert len(say.found("cap", "list")) == 3
    assert "Write an amount" in say.refused("cap", "set", "person", "day", "5")
    assert say("cap", "set", "person", "day", "$5", "--channel", "#random").exit_code == 2


def test_the_operators_caps_are_shown_beside(say: Say, environment: dict[str, str]) -> None:
    environment["PARLEY_CAPS"] = "workspace month $50"
    assert "In every workspace:\n• workspace: $50.00 per month" in say.done("cap")
    environment["PARLEY_CAPS"] = "workspace $50"
    assert "PARLEY_CAPS" in say("cap").stderr
