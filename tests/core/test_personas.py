import json

import pytest

from core import starters
from core.configurations import Configurations
from core.people import operator
from core.personas import Personas
from core.workspace import WorkspaceSettings
from storage.configurations import Configuration
from storage.database import Database
from storage.personas import PersonaFields
from storage.problems import NotPossible
from tests.core.people import ADA, BAKERY, GENERAL

PIRATE = PersonaFields(name="Pirate", instruction="Arr.")


def from_the_list(model: str, configuration: Configuration) -> str:
    """As the models of an operator: two are offered, and a workspace may narrow them down."""
    if model not in (configuration.models or ("small", "large")):
        raise NotPossible(f"There is no model {model!r}.", "model")
    return model


@pytest.fixture
def personas(database: Database) -> Personas:
    return Personas(database, Configurations(database), from_the_list)


@pytest.fixture
def settings(database: Database) -> WorkspaceSettings:
    return WorkspaceSettings(database, Configurations(database), from_the_list)


async def problems(personas: Personas, given: PersonaFields) -> dict[str, str]:
    with pytest.raises(NotPossible) as refused:
        await personas.create(ADA, given)
    return {problem.field: problem.sentence for problem in refused.value.problems}


async def test_a_taken_name_is_told_together_with_everything_else(personas: Personas) -> None:
    await personas.create(ADA, PIRATE)
    told = await problems(personas, PersonaFields(name=" PIRATE ", instruction=" ", icon="x"))
    assert list(told) == ["name", "instruction", "icon"]
    assert told["name"] == "There is already a persona called 'PIRATE'."


async def test_an_edit_tells_of_a_taken_name_but_not_of_its_own(personas: Personas) -> None:
    await personas.create(ADA, PIRATE)
    await personas.create(ADA, PersonaFields(name="Nun", instruction="Pray."))
    with pytest.raises(NotPossible) as refused:
        await personas.edit(ADA, "Nun", {"name": "pirate", "instruction": ""})
    assert [problem.field for problem in refused.value.problems] == ["name", "instruction"]
    with pytest.raises(NotPossible) as refused:
        await personas.edit(ADA, "Nun", {"name": "NUN", "instruction": ""})
    assert [problem.field for problem in refused.value.problems] == ["instruction"]


async def test_a_model_that_may_not_be_chosen_is_refused_by_its_field(
    personas: Personas, settings: WorkspaceSettings
) -> None:
    told = await problems(personas, PersonaFields(name="Pirate", instruction="Arr.", model="huge"))
    assert told == {"model": "There is no model 'huge'."}
    await personas.create(ADA, PersonaFields(name="Pirate", instruction="Arr.", model="large"))
    await settings.allow_models(ADA, ["small"])
    await personas.edit(ADA, "Pirate", {"instruction": "Ahoy.", "model": "large"})
    with pytest.raises(NotPossible):
        await settings.set_model(ADA, "large")
    with pytest.raises(NotPossible):
        await settings.set_channel_model(ADA, GENERAL, "large")
    await settings.set_channel_model(ADA, GENERAL, "small")
    assert await settings.channel_model(GENERAL) == "small"


async def test_the_models_that_may_be_chosen_can_be_widened_again(settings: WorkspaceSettings) -> None:
    await settings.allow_models(ADA, ["small", "small"])
    await settings.allow_models(ADA, ["large", "small"])
    assert (await settings.configuration(BAKERY)).models == ("large", "small")
    await settings.allow_models(ADA, [])
    assert (await settings.configuration(BAKERY)).models == ()


async def test_an_edit_without_anything_new_says_so(personas: Personas) -> None:
    await personas.create(ADA, PIRATE)
    assert await personas.edit(ADA, "pirate", {"instruction": " Arr. "}) == (
        "The persona 'Pirate' is as it was: nothing of it was new."
    )


async def test_a_persona_is_deleted_and_restored_as_it_was(personas: Personas) -> None:
    await personas.create(ADA, PIRATE)
    await personas.edit(ADA, "Pirate", {"instruction": "Ahoy."})
    await personas.delete(ADA, "Pirate")
    deleted = (await personas.history(ADA, "Pirate"))[0]
    await personas.restore(ADA, "Pirate", deleted.id or 0)
    assert (await personas.find(BAKERY, "Pirate")).instruction == "Ahoy."


async def test_the_prompt_has_a_history_and_is_restored_from_it(settings: WorkspaceSettings) -> None:
    await settings.set_prompt(ADA, "We bake bread.")
    await settings.set_prompt(ADA, "We bake cake.")
    await settings.clear_prompt(ADA)
    cleared, second, first = await settings.prompt_history(ADA)
    assert [json.loads(one.after)["prompt"] for one in (cleared, second, first)] == [
        "",
        "We bake cake.",
        "We bake bread.",
    ]
    await settings.restore_prompt(ADA, first.id or 0)
    configuration = await settings.configuration(BAKERY)
    assert configuration.prompt == "We bake bread."
    assert configuration.prompt_change_id == (await settings.prompt_history(ADA))[0].id


async def test_the_prompt_is_restored_from_its_own_history_only(
    personas: Personas, settings: WorkspaceSettings
) -> None:
    await personas.create(ADA, PIRATE)
    (created,) = await settings.audit(ADA)
    for change_id in (created.id or 0, 99):
        with pytest.raises(NotPossible, match="no change"):
            await settings.restore_prompt(ADA, change_id)


@pytest.mark.parametrize("text", ["", " ", "x" * 20_001, "Today is {day}."])
async def test_a_prompt_that_is_not_fit_is_refused_by_its_field(settings: WorkspaceSettings, text: str) -> None:
    with pytest.raises(NotPossible) as refused:
        await settings.set_prompt(ADA, text)
    assert refused.value.field == "prompt"


async def test_the_audit_log_tells_who_did_what_to_whom(personas: Personas, settings: WorkspaceSettings) -> None:
    await personas.create(ADA, PIRATE)
    await personas.assign(ADA, GENERAL, "Pirate")
    await settings.set_timezone(operator(BAKERY), "Europe/Brussels")
    told = [(change.actor_name, change.deed, change.subject) for change in await settings.audit(ADA)]
    assert told == [
        ("command line", "timezone", ""),
        ("Ada", "persona.assign", "#general"),
        ("Ada", "persona.create", "Pirate"),
    ]
    assert len(await settings.audit(ADA, subject="Pirate")) == 1


@pytest.mark.parametrize("starter", starters.every(), ids=lambda starter: starter.name)
async def test_every_starter_can_be_added(personas: Personas, starter: starters.Starter) -> None:
    await personas.add_starter(ADA, starter.name.upper())
    assert (await personas.find(BAKERY, starter.name)).instruction == starter.instruction
    assert starter.purpose.endswith(".")
    assert 300 < len(starter.instruction) < 1_500


async def test_there_are_a_handful_of_starters_and_no_others(personas: Personas) -> None:
    assert 5 <= len(personas.starters()) <= 6
    with pytest.raises(NotPossible, match="Brainstormer"):
        await personas.add_starter(ADA, "Nobody")
