from typing import Any

import pytest

from core import fields
from core.fields import INSTRUCTION_LIMIT
from storage.personas import PersonaEdit, PersonaFields
from storage.problems import NotPossible
from storage.words import Platform


def new(platform: Platform = Platform.SLACK, /, **given: Any) -> PersonaFields:
    return fields.fit(PersonaFields(**{"name": "Pirate", "instruction": "Arr."} | given), platform)


def problems(_platform: Platform = Platform.SLACK, /, **given: Any) -> dict[str, str]:
    with pytest.raises(NotPossible) as refused:
        new(_platform, **given)
    return {problem.field: problem.sentence for problem in refused.value.problems}


def test_everything_that_is_wrong_is_told_at_once_field_by_field() -> None:
    told = problems(
        name=" ",
        instruction="{chanel}",
        model="a b",
        temperature="hot",
        effort="extreme",
        tools="search, rm -rf /",
        display_name="x" * 81,
        icon="http://example.com/x.png",
    )
    assert list(told) == [
        "name",
        "instruction",
        "model",
        "temperature",
        "effort",
        "tools",
        "display_name",
        "icon",
    ]


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("name", "", "needs a name"),
        ("name", "x" * 81, "at most 80 characters; this one has 81"),
        ("instruction", " \x00 ", "needs an instruction"),
        ("instruction", "y" * (INSTRUCTION_LIMIT + 1), "at most 20,000 characters; this one has 20,001"),
        ("instruction", "Be {persona_name}.", "I do not know {persona_name}"),
        ("model", "x" * 201, "at most 200"),
        ("temperature", -0.1, "from 0 to 2"),
        ("temperature", "2,5", "from 0 to 2"),
        ("temperature", "nan", "from 0 to 2"),
        ("effort", "max", "one of: none, minimal, low, medium, high"),
        ("tools", ("x" * 65,), "not the name of a tool"),
        ("tools", tuple(f"t{number}" for number in range(33)), "at most 32 tools"),
        ("icon", "javascript:alert(1)", "https address"),
        ("icon", "https://", "https address"),
        ("icon", "https://[", "https address"),
        ("icon", "https://example.com/a b.png", "https address"),
    ],
)
def test_what_is_not_fit_is_refused_by_its_field(field: str, value: object, why: str) -> None:
    told = problems(**{field: value})
    assert list(told) == [field]
    assert why in told[field]


def test_an_instruction_may_have_as_many_characters_as_are_said() -> None:
    assert len(new(instruction="y" * INSTRUCTION_LIMIT).instruction) == INSTRUCTION_LIMIT


def test_what_people_write_is_tidied() -> None:
    given = new(
        name="  Sea \n Captain ",
        instruction="\x00 Arr. \n",
        temperature="0,7",
        effort=" LOW ",
        tools="search, , weather search",
        display_name=" Captain  Hook ",
        icon=" :parrot: ",
    )
    assert given == PersonaFields(
        name="Sea Captain",
        instruction="Arr.",
        temperature=0.7,
        effort="low",
        tools=("search", "weather"),
        display_name="Captain Hook",
        icon=":parrot:",
    )


def test_an_emoji_is_an_icon_on_slack_alone() -> None:
    assert new(Platform.SLACK, icon=":wave::skin-tone-3:").icon == ":wave::skin-tone-3:"
    assert "icon" in problems(Platform.DISCORD, icon=":parrot:")


def test_an_edit_looks_at_what_it_names_alone() -> None:
    changes: PersonaEdit = {"temperature": None}
    assert fields.fit_edit(changes, Platform.SLACK) == {"temperature": None}


@pytest.mark.parametrize(
    ("given", "zone"),
    [
        ("Europe/Brussels", "Europe/Brussels"),
        (" europe/brussels ", "Europe/Brussels"),
        ("america/new york", "America/New_York"),
    ],
)
def test_a_time_zone_is_known_however_it_is_spelled(given: str, zone: str) -> None:
    assert fields.timezone(given) == zone


@pytest.mark.parametrize("given", ["", "Brussels", "../../etc/passwd", "UTC+1"])
def test_a_time_zone_that_nobody_knows_is_refused(given: str) -> None:
    with pytest.raises(NotPossible) as refused:
        fields.timezone(given)
    assert refused.value.field == "timezone"
