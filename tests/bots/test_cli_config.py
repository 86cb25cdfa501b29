from pathlib import Path

import pytest

from tests.bots.saying import GENERAL, RANDOM, Say, meeting

FILE = """
[workspace]
prompt = "You help Example Ltd."

[[persona]]
name = "Pirate"
instruction = "Arr, {people}."

[[channel]]
id = "C0GENERAL1"
persona = "Pirate"
"""


@pytest.fixture(autouse=True)
def _met(say: Say) -> None:
    meeting(GENERAL, RANDOM)


def test_a_file_is_shown_as_a_plan_imported_once_and_then_has_nothing_to_change(say: Say) -> None:
    Path("parley.toml").write_text(FILE, encoding="utf-8")
    plan = say.done("config", "import", "parley.toml", "--dry-run").splitlines()
    assert plan == [
        "~ prompt none → 'You help Example Ltd.'",
        "+ persona 'Pirate'",
        "~ channel #general: persona none → 'Pirate'",
        "3 changes to make; nothing is changed yet.",
    ]
    assert say.done("persona", "list") == "There are no personas yet.\n"
    made = say.done("config", "import", "parley.toml").splitlines()
    assert made == [*plan[:-1], "3 changes made, from the next message on."]
    assert say.done("persona", "list") == "• Pirate (in #general)\n"
    assert say.done("config", "import", "parley.toml").startswith("There is nothing to change")
    assert say.found("config", "import", "parley.toml") == {"changes": [], "applied": False}


def test_what_is_exported_can_be_imported_from_a_file_or_from_standard_input(say: Say) -> None:
    say.done("config", "import", "-", input=FILE)
    assert "'kept.toml'" in say.done("config", "export", "kept.toml")
    exported = say.done("config", "export")
    assert Path("kept.toml").read_text(encoding="utf-8") == exported
    say.done("persona", "delete", "Pirate")
    say.done("prompt", "set", "Something else.")
    changes = say.found("config", "import", "kept.toml")
    assert changes["applied"] is True
    assert {change["deed"] for change in changes["changes"]} == {"prompt.set", "persona.create", "persona.assign"}
    assert say.done("config", "export") == exported


def test_pruning_deletes_what_the_file_does_not_have(say: Say) -> None:
    say.done("persona", "create", "Old", "x")
    assert "- persona 'Old'" in say.done("config", "import", "-", "--prune", input=FILE)
    assert say.done("persona", "list") == "• Pirate (in #general)\n"


def test_a_workspace_that_parley_has_not_met_can_be_set_up_from_a_file(say: Say) -> None:
    say.done("config", "import", "-", "-w", "slack:T2", input=FILE)
    assert say.done("persona", "list", "-w", "slack:T2") == "• Pirate (in #C0GENERAL1)\n"


def test_a_file_with_mistakes_is_refused_with_all_of_them(say: Say) -> None:
    told = say.refused("config", "import", "-", input="[[persona]]\nname = ''\ninstruction = '{x}'\n")
    assert told.splitlines() == [
        "Error: The file cannot be imported:",
        "  - persona '': A persona needs a name.",
        *[line for line in told.splitlines() if "I do not know {x}" in line],
    ]
    assert "it is no TOML" in say.refused("config", "import", "-", input="][")
    assert say.done("audit") == "Nothing has been changed yet.\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("config", "import", "missing.toml"), "'missing.toml' cannot be read"),
        (("config", "export", "nowhere/parley.toml"), "'nowhere/parley.toml' cannot be written"),
        (("config", "export", "-w", "slack:T9"), "slack:T9 is not known"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(say: Say, arguments: tuple[str, ...], told: str) -> None:
    assert told in say.refused(*arguments)
