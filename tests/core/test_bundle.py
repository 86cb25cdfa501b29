import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core import bundle
from core.bundle import Bundle, ChannelTable, ManagerTable, PersonaTable, WorkspaceTable
from core.errors import BadBundle

TEXTS = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\x00")) | some.text('"\\\n\r\t a\x7f')
PERSONAS = some.builds(
    PersonaTable,
    name=TEXTS,
    instruction=TEXTS,
    model=TEXTS,
    temperature=some.none() | some.floats(0, 2),
    effort=some.sampled_from(["", "low"]),
    tools=some.lists(TEXTS, max_size=3),
    display_name=TEXTS,
    icon=TEXTS,
)
BUNDLES = some.builds(
    Bundle,
    workspace=some.builds(
        WorkspaceTable,
        prompt=TEXTS | some.none(),
        timezone=TEXTS | some.none(),
        models=some.lists(TEXTS, max_size=3) | some.none(),
        channel_managers=some.booleans() | some.none(),
        manager=some.lists(some.builds(ManagerTable, name=TEXTS), max_size=3) | some.none(),
    ),
    persona=some.lists(PERSONAS, max_size=3),
    channel=some.lists(some.builds(ChannelTable, id=TEXTS, name=TEXTS, persona=TEXTS, model=TEXTS), max_size=3),
)
FILE = '''\
# Parley's configuration of Example (slack:T1). `parley config import` reads it.

[workspace]
prompt = "You help Example Ltd."
models = ["gpt-5", "local/qwen"]

[[workspace.manager]]
kind = "role"
id = "4711"
name = "Editors"

[[persona]]
name = "Support"
instruction = """
Answer in two sentences.

Say "I do not know" when you do not know."""
temperature = 0.2

[[channel]]
id = "C0GENERAL1"
name = "general"
persona = "Support"
'''


@settings(deadline=None)  # the first file that is written loads the library for that
@given(BUNDLES)
def test_what_is_written_is_read_as_it_was(given: Bundle) -> None:
    assert bundle.read(bundle.written(given, "Example")) == given


def test_a_file_is_written_as_people_would_write_it() -> None:
    assert bundle.written(bundle.read(FILE), "Example (slack:T1)") == FILE


def test_the_name_of_a_workspace_stays_within_its_comment() -> None:
    text = bundle.written(Bundle(), "Example\nprompt = 'x'\r\n")
    assert tomllib.loads(text) == {}


def test_a_file_that_is_nested_too_deeply_is_no_toml() -> None:
    with pytest.raises(BadBundle, match="it is no TOML"):
        bundle.understood("a = " + "[" * 100_000)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a =", ["it is no TOML: Invalid value (at end of document)"]),
        ("persona = 1", ["persona is not right: input should be a valid list"]),
        (
            "[[persona]]\nname = 'Pirate'\ninstrction = 'x'\ntemperature = 'hot'\ntools = [1]",
            [
                "persona 'Pirate': instruction is missing",
                "persona 'Pirate': temperature is not right: input should be a valid number",
                "persona 'Pirate' tools: entry 1 is not right: input should be a valid string",
                "persona 'Pirate': instrction is no word of a configuration file",
            ],
        ),
        ("[[channel]]\nname = 'general'", ["channel 'general': id is missing"]),
        (
            "x = 1\n[[workspace.manager]]\nkind = 'bot'",
            [
                "workspace manager 1: kind is not right: input should be 'person' or 'role'",
                "workspace manager 1: id is missing",
                "x is no word of a configuration file",
            ],
        ),
    ],
)
def test_everything_that_is_wrong_with_a_file_is_told_at_once(text: str, problems: list[str]) -> None:
    with pytest.raises(BadBundle) as refused:
        bundle.read(text)
    assert list(refused.value.problems) == problems
