import json
import os
from pathlib import Path

import pytest

from storage.incoming import Place
from storage.words import Platform
from tests.bots.saying import GENERAL, Say, meeting

LOUNGE = Place(platform=Platform.DISCORD, workspace_id="42", channel_id="4242424242424242", channel_name="lounge")
TWIN = Place(platform=Platform.DISCORD, workspace_id="42", channel_id="4343434343434343", channel_name="lounge")


def test_a_persona_is_made_shown_changed_given_to_a_channel_and_deleted(say: Say) -> None:
    meeting(GENERAL)
    assert say("persona", "create", "Pirate", "Answer like a pirate.").exit_code == 0
    assert say("persona", "show", "pirate").output == "Answer like a pirate.\n"
    assert say("persona", "edit", "Pirate", "Answer like a captain.").exit_code == 0
    assert say("persona", "show", "Pirate").output == "Answer like a captain.\n"
    assert "#general speaks as 'Pirate'" in say("persona", "assign", "Pirate", "--channel", "#general").output
    assert say("persona", "list").output == "• Pirate (in #general)\n"
    assert "without a persona" in say("persona", "clear", "--channel", "general").output
    assert say("persona", "list").output == "• Pirate\n"
    assert say("persona", "delete", "PIRATE").exit_code == 0
    assert say("persona", "list").output == "There are no personas yet.\n"


def test_personas_are_listed_and_shown_as_json(say: Say) -> None:
    meeting(GENERAL)
    say("persona", "create", "Chloé", "Réponds.")
    say("persona", "assign", "Chloé", "-c", "C0GENERAL1")
    (listed,) = json.loads(say("persona", "list", "--json").output)
    assert (listed["name"], listed["instruction"], listed["channels"]) == ("Chloé", "Réponds.", ["general"])
    assert json.loads(say("persona", "show", "chloé", "--json").output) == listed


def test_the_prompt_is_set_shown_and_cleared(say: Say) -> None:
    meeting(GENERAL)
    assert "No workspace prompt is set" in say("prompt", "show").output
    assert say("prompt", "set", "You help Example Ltd.").exit_code == 0
    assert say("prompt", "show").output == "You help Example Ltd.\n"
    assert json.loads(say("prompt", "show", "--json").output) == {"prompt": "You help Example Ltd."}
    assert say("prompt", "clear").exit_code == 0
    assert json.loads(say("prompt", "show", "--json").output) == {"prompt": ""}


def test_a_text_may_come_from_a_file_or_from_standard_input(say: Say) -> None:
    meeting(GENERAL)
    Path("prompt.md").write_bytes("\ufeffFrom a file.\n".encode())
    assert say("prompt", "set", "--file", "prompt.md").exit_code == 0
    assert say("prompt", "show").output == "From a file.\n"
    assert say("prompt", "set", "-", input="From stdin.\n").exit_code == 0
    assert say("prompt", "show").output == "From stdin.\n"
    assert say("persona", "create", "Piped", "--file", "-", input="Be piped.").exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("persona", "create", "X"),
        ("persona", "create", "X", "text", "--file", "prompt.md"),
        ("persona", "assign", "X"),
        ("persona", "list", "--workspace", "T1"),
        ("persona", "list", "--workspace", "teams:T1"),
        ("prompt", "set"),
    ],
)
def test_wrong_arguments_end_with_2(say: Say, arguments: tuple[str, ...]) -> None:
    result = say(*arguments)
    assert result.exit_code == 2
    assert "Usage: parley" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("persona", "show", "Nobody"), "There is no persona called 'Nobody'."),
        (("persona", "edit", "Nobody", "x"), "There is no persona called 'Nobody'."),
        (("persona", "delete", "Nobody"), "There is no persona called 'Nobody'."),
        (("persona", "show", "\udcff"), "There is no persona called '\ufffd'."),
        (("persona", "assign", "Nobody", "-c", "general"), "There is no persona called 'Nobody'."),
        (("persona", "create", " ", "x"), "A persona needs a name."),
        (("persona", "create", "n" * 81, "x"), "at most 80 characters"),
        (("persona", "create", "X", " "), "A persona needs an instruction"),
        (("persona", "create", "X", "x" * 20_001), "at most 20,000 characters"),
        (("persona", "create", "X", "Hello {nobody}."), "I do not know {nobody}."),
        (("persona", "create", "X", "x", "--temperature", "hot"), "A temperature is a number"),
        (("persona", "create", "X", "x", "--effort", "huge"), "The reasoning effort is one of"),
        (("persona", "create", "X", "x", "--icon", "x.png"), "An icon is"),
        (("persona", "rename", "Nobody", "x"), "There is no persona called 'Nobody'."),
        (("persona", "history", "Nobody"), "There is no persona called 'Nobody', and there was none."),
        (("persona", "restore", "Nobody", "1"), "There is no persona called 'Nobody', and there was none."),
        (("persona", "starters", "Nobody"), "There is no starter called 'Nobody'"),
        (("persona", "create", "X", "--file", "missing.md"), "'missing.md' cannot be read"),
        (("persona", "create", "X", "--file", "."), "'.' cannot be read"),
        (("persona", "create", "X", "--file", "binary"), "'binary' is not text in UTF-8"),
        (("prompt", "set", "--file", "huge"), "'huge' holds more than"),
        (("prompt", "set", "\x00"), "The prompt is empty"),
        (("persona", "clear", "-c", "#nowhere"), "No channel '#nowhere' is known"),
        (("persona", "list", "-w", "slack:T9"), "slack:T9 is not known"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(say: Say, arguments: tuple[str, ...], told: str) -> None:
    meeting(GENERAL)
    Path("binary").write_bytes(b"\xff\xfe\x00")
    Path("huge").write_bytes(b"x" * 1_000_001)
    result = say(*arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert told in result.stderr


def test_all_that_is_set_of_a_persona_is_kept_and_goes_back_to_its_default(say: Say) -> None:
    meeting(GENERAL)
    options = {"temperature": "0,3", "effort": "Low", "tools": "search, clock", "display_name": "Captain"}
    given = [part for name, value in options.items() for part in (f"--{name.replace('_', '-')}", value)]
    say.done("persona", "create", "Pirate", "Arr.", "--icon", ":parrot:", *given)
    kept = say.found("persona", "show", "Pirate")
    assert (kept["temperature"], kept["effort"], kept["tools"]) == (0.3, "low", ["search", "clock"])
    assert (kept["display_name"], kept["icon"]) == ("Captain", ":parrot:")
    say.done("persona", "edit", "Pirate", "--temperature", "", "--tools", "", "--name", "Sailor")
    changed = say.found("persona", "show", "sailor")
    assert (changed["temperature"], changed["tools"], changed["instruction"]) == (None, [], "Arr.")
    assert changed["effort"] == "low"


def test_everything_that_is_wrong_is_said_at_once_a_line_each(say: Say) -> None:
    meeting(GENERAL)
    told = say.refused("persona", "create", " ", "{x}", "--temperature", "3", "--effort", "huge").splitlines()
    assert [line.split()[0:3] for line in told] == [
        ["Error:", "A", "persona"],
        ["I", "do", "not"],
        ["A", "temperature", "is"],
        ["The", "reasoning", "effort"],
    ]


def test_a_renamed_persona_keeps_its_channels_and_its_history(say: Say) -> None:
    meeting(GENERAL)
    say.done("persona", "create", "Pirate", "Arr.")
    say.done("persona", "assign", "Pirate", "-c", "#general")
    assert say.found("persona", "rename", "Pirate", "Sailor") == {
        "said": "The persona 'Sailor' is changed, from the next message on."
    }
    assert say.done("persona", "list") == "• Sailor (in #general)\n"
    assert [change["deed"] for change in say.found("persona", "history", "Sailor")] == [
        "persona.rename",
        "persona.create",
    ]


def test_a_deleted_persona_comes_back_with_its_text_and_its_channels(say: Say) -> None:
    meeting(GENERAL)
    say.done("persona", "create", "Pirate", "Arr.")
    say.done("persona", "assign", "Pirate", "-c", "#general")
    say.done("persona", "delete", "Pirate")
    deleted = say.found("persona", "history", "Pirate")[0]
    assert (deleted["deed"], deleted["before"]["instruction"]) == ("persona.delete", "Arr.")
    say.done("persona", "restore", "Pirate", str(deleted["id"]))
    assert say.done("persona", "list") == "• Pirate (in #general)\n"


def test_the_history_says_what_was_changed_and_every_text_can_be_had_again(say: Say) -> None:
    meeting(GENERAL)
    say.done("persona", "create", "Pirate", "Arr.")
    say.done("persona", "edit", "Pirate", "Aye.", "--temperature", "0.5")
    newest, oldest = say.done("persona", "history", "Pirate").splitlines()
    assert newest.endswith("command line  persona.edit  Pirate  instruction 'Arr.' → 'Aye.', temperature none → 0.5")
    assert oldest.endswith("command line  persona.create  Pirate")
    say.done("persona", "restore", "Pirate", oldest.split()[0])
    assert say.done("persona", "show", "Pirate") == "Arr.\n"


def test_a_starter_is_listed_and_becomes_a_persona(say: Say) -> None:
    meeting(GENERAL)
    listed = say.found("persona", "starters")
    assert all(f"{one['name']}: {one['purpose']}" in say.done("persona", "starters") for one in listed)
    say.done("persona", "starters", listed[0]["name"].upper())
    assert say.done("persona", "show", listed[0]["name"]).strip() == listed[0]["instruction"]


def test_a_name_is_taken_whatever_its_case(say: Say) -> None:
    meeting(GENERAL)
    say("persona", "create", "Pirate", "x")
    assert "There is already a persona called 'PIRATE'." in say("persona", "create", "PIRATE", "y").stderr


def test_with_several_workspaces_one_must_be_named(say: Say) -> None:
    meeting(GENERAL, LOUNGE)
    result = say("persona", "list")
    assert result.exit_code == 1
    assert "  slack:T1  Example\n  discord:42\n" in result.stderr
    assert say("persona", "create", "X", "x", "-w", "slack:T1").exit_code == 0
    assert say("persona", "list", "-w", "SLACK:T1").output == "• X\n"
    assert say("persona", "list", "-w", "discord:42").output == "There are no personas yet.\n"


def test_the_workspace_may_be_named_in_the_environment(say: Say, environment: dict[str, str]) -> None:
    meeting(GENERAL, LOUNGE)
    environment["PARLEY_WORKSPACE"] = "discord:42"
    assert say("prompt", "set", "For the lounge.").exit_code == 0
    assert say("prompt", "show").output == "For the lounge.\n"
    assert "No workspace prompt is set" in say("prompt", "show", "-w", "slack:T1").output


def test_without_any_workspace_the_way_to_one_is_told(say: Say) -> None:
    result = say("persona", "list")
    assert result.exit_code == 1
    assert "knows no workspace yet" in result.stderr


def test_a_workspace_may_be_prepared_before_parley_meets_it(say: Say) -> None:
    assert say("persona", "create", "X", "x", "-w", "slack:T1").exit_code == 0
    assert say("persona", "assign", "X", "-c", "C0GENERAL1").exit_code == 0
    assert say("persona", "list").output == "• X (in #C0GENERAL1)\n"


def test_channels_of_one_name_must_be_told_apart_by_id(say: Say) -> None:
    meeting(LOUNGE, TWIN)
    say("persona", "create", "X", "x")
    result = say("persona", "assign", "X", "-c", "#lounge")
    assert result.exit_code == 1
    assert "  4242424242424242  #lounge\n  4343434343434343  #lounge\n" in result.stderr
    assert say("persona", "assign", "X", "-c", "4343434343434343").exit_code == 0


def test_what_nobody_foresaw_is_one_sentence_and_a_logged_traceback(say: Say) -> None:
    meeting(GENERAL)
    Path("parley.db").write_bytes(Path("parley.db").read_bytes()[:4096] + os.urandom(40_000))
    result = say("persona", "list")
    told = [line for line in result.stderr.splitlines() if not line.startswith("{")]
    assert result.exit_code == 1
    assert len(told) == 1
    assert told[0].startswith("Error: ")
