import asyncio
import json
import stat
from pathlib import Path

import pytest

from storage import threads
from storage.database import Database
from tests.bots.saying import GENERAL, Say, meeting
from tests.storage.samples import said


@pytest.fixture(autouse=True)
def _met(say: Say) -> None:
    meeting(GENERAL)
    asyncio.run(_keep())


async def _keep() -> None:
    database = await Database.open("sqlite:///parley.db")
    await database.run(threads.keep, said(1, "May I bake?", place=GENERAL))
    await database.close()


def test_retention_is_shown_set_and_switched_off(say: Say) -> None:
    assert say.done("retention") == "What was said is kept until it is deleted.\n"
    assert say.done("retention", "90") == "What was said is deleted after 90 days.\n"
    assert say.found("retention") == {"said": "What was said is deleted after 90 days."}
    assert "Say a number of days, or off." in say.refused("retention", "soon")
    assert say.done("retention", "off") == "What was said is kept until it is deleted.\n"


def test_who_may_use_it_is_allowed_denied_lifted_and_listed(say: Say) -> None:
    assert say.done("access") == "Everybody may use me.\nDirect messages are answered.\n"
    say.done("access", "allow", "role", "S1", "--name", "Editors")
    say.done("access", "deny", "channel", "C0RANDOM01")
    say.done("access", "direct", "off")
    say.done("access", "words", "blue moon", "secret")
    assert say.done("access").splitlines() == [
        "• allowed: role S1  Editors",
        "• denied: channel C0RANDOM01",
        "Direct messages are not answered.",
        "Blocked words: blue moon, secret.",
    ]
    say.done("access", "lift", "role", "S1")
    assert say.found("access", "list")["allowed"] == []
    assert "nothing to lift" in say.refused("access", "lift", "role", "S1")


def test_a_person_is_erased_once_that_is_confirmed(say: Say) -> None:
    assert say("erase", "U1", input="n\n").exit_code == 1
    assert "May I bake?" in say.done("export")
    told = say.done("erase", "U1", input="y\n")
    assert "1 workspace: 1 messages." in told
    assert "May I bake?" not in say.done("export")
    again = json.loads(say.done("erase", "U1", "--yes", "--json"))
    assert (again["workspaces"], again["erased"], again["scrubbed"]) == (0, {}, True)


def test_an_export_is_lines_of_json_in_a_file_that_is_the_owners(say: Say, tmp_path: Path) -> None:
    path = tmp_path / "bakery.jsonl"
    result = say("export", "--file", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    kinds = [json.loads(line)["kind"] for line in path.read_text().splitlines()]
    assert kinds == ["workspace", "channel", "thread", "message", "reply"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "File exists" in say("export", "--file", str(path)).stderr


def test_a_persons_export_holds_what_is_theirs(say: Say) -> None:
    rows = [json.loads(line) for line in say.done("export", "U1").splitlines()]
    assert [row["kind"] for row in rows] == ["message", "reply"]
    assert say.done("export", "U2") == ""


def test_retention_is_part_of_the_configuration_file(say: Say) -> None:
    say.done("retention", "90")
    exported = say.done("config", "export")
    assert "retention_days = 90" in exported
    say.done("retention", "off")
    assert "retention_days" not in say.done("config", "export")
    assert "~ retention_days 0 → 90" in say.done("config", "import", "-", input=exported)
    assert say.done("config", "import", "-", input=exported).startswith("There is nothing to change")
    say.done("config", "import", "-", input="[workspace]\nretention_days = 0\n")
    assert say.done("retention") == "What was said is kept until it is deleted.\n"
    assert "retention_days" in say.refused("config", "import", "-", input="[workspace]\nretention_days = -1\n")
