from dataclasses import replace

import pytest

from core import texts
from core.configurations import Configurations
from core.errors import Kind, PlatformTrouble
from core.people import Person, WorkspaceRef, operator
from core.personas import Personas
from core.rights import NotAllowed
from core.workspace import WorkspaceSettings
from storage.database import Database
from storage.personas import PersonaFields
from storage.problems import NotPossible
from storage.words import Listening, Platform
from tests.core.people import ADA, BAKERY, GENERAL, person

ANN, BEN = person("U1", admin=True), person("U2")
CHAIR, MOD = person("U3", "C1"), person("U4", roles=("7", "8"))
PIRATE = PersonaFields(name="Pirate", instruction="Arr.")


@pytest.fixture
async def personas(database: Database) -> Personas:
    made = Personas(database, Configurations(database))
    await made.create(ADA, PIRATE)
    return made


@pytest.fixture
def settings(database: Database) -> WorkspaceSettings:
    return WorkspaceSettings(database, Configurations(database))


async def allowed(personas: Personas, who: Person, *, channel: bool = False) -> bool:
    try:
        if channel:
            await personas.assign(who, GENERAL, "Pirate")
        else:
            await personas.edit(who, "Pirate", {"instruction": f"{who.id} was here."})
    except NotAllowed:
        return False
    return True


async def test_who_manages_the_workspace_changes_everything(personas: Personas) -> None:
    assert await allowed(personas, ANN)
    assert await allowed(personas, ANN, channel=True)


async def test_nobody_else_changes_anything(personas: Personas, settings: WorkspaceSettings) -> None:
    created = (await personas.history(ADA, "Pirate"))[0]
    deeds = [
        personas.create(BEN, PersonaFields(name="Nun", instruction="Pray.")),
        personas.edit(BEN, "Pirate", {"instruction": "Whisper."}),
        personas.delete(BEN, "Pirate"),
        personas.assign(BEN, GENERAL, "Pirate"),
        personas.clear(BEN, GENERAL),
        personas.listen(BEN, GENERAL, Listening.EVERY),
        personas.restore(BEN, "Pirate", created.id or 0),
        personas.add_starter(BEN, "Editor"),
        personas.history(BEN, "Pirate"),
        settings.set_prompt(BEN, "Obey Ben."),
        settings.clear_prompt(BEN),
        settings.restore_prompt(BEN, 1),
        settings.prompt_history(BEN),
        settings.set_model(BEN, "gpt"),
        settings.set_channel_model(BEN, GENERAL, "gpt"),
        settings.allow_models(BEN, ["gpt"]),
        settings.add_manager(BEN, "person", "U2"),
        settings.remove_manager(BEN, "person", "U2"),
        settings.set_channel_managers(BEN, on=False),
        settings.set_timezone(BEN, "UTC"),
        settings.set_summaries(BEN, "on"),
        settings.audit(BEN),
    ]
    for deed in deeds:
        with pytest.raises(NotAllowed):
            await deed
    assert [change.deed for change in await settings.audit(ANN)] == ["persona.create"]


async def test_who_manages_a_channel_chooses_its_persona_and_nothing_more(personas: Personas) -> None:
    assert await allowed(personas, CHAIR, channel=True)
    assert not await allowed(personas, CHAIR)
    with pytest.raises(NotAllowed):
        await personas.assign(CHAIR, replace(GENERAL, channel_id="C2"), "Pirate")


async def test_that_can_be_switched_off_but_for_what_is_listened_to(
    personas: Personas, settings: WorkspaceSettings
) -> None:
    await settings.set_channel_managers(ANN, on=False)
    assert not await allowed(personas, CHAIR, channel=True)
    await personas.listen(CHAIR, GENERAL, Listening.EVERY)
    await settings.set_channel_managers(ANN, on=True)
    assert await allowed(personas, CHAIR, channel=True)


@pytest.mark.parametrize(("kind", "id_", "who"), [("person", "U2", BEN), ("role", "7", MOD)])
async def test_whoever_is_named_may_until_they_are_no_longer(
    personas: Personas, settings: WorkspaceSettings, kind: str, id_: str, who: Person
) -> None:
    assert not await allowed(personas, who)
    await settings.add_manager(ANN, kind, id_, "Somebody")
    assert await allowed(personas, who)
    assert await allowed(personas, who, channel=True)
    await settings.remove_manager(ANN, kind, id_)
    assert not await allowed(personas, who)
    assert not await allowed(personas, who, channel=True)


async def test_a_right_taken_back_in_another_process_is_gone_here_at_once(
    database: Database, neighbour: Database, personas: Personas
) -> None:
    there = WorkspaceSettings(neighbour, Configurations(neighbour))
    await there.add_manager(ANN, "person", "U2")
    assert await allowed(personas, BEN)
    await there.remove_manager(ANN, "person", "U2")
    assert not await allowed(personas, BEN)


async def test_who_is_named_names_nobody_and_reads_no_audit_log(settings: WorkspaceSettings) -> None:
    await settings.add_manager(ANN, "person", "U2")
    await settings.set_prompt(BEN, "We bake bread.")
    for deed in (
        settings.add_manager(BEN, "person", "U9"),
        settings.remove_manager(BEN, "person", "U2"),
        settings.allow_models(BEN, []),
        settings.set_channel_managers(BEN, on=False),
        settings.audit(BEN),
    ):
        with pytest.raises(NotAllowed, match=texts.NOT_ALLOWED_ADMINS):
            await deed


async def test_a_role_of_the_same_id_as_a_person_is_not_that_person(
    personas: Personas, settings: WorkspaceSettings
) -> None:
    await settings.add_manager(ANN, "role", "U2")
    assert not await allowed(personas, BEN)


@pytest.mark.parametrize(("kind", "id_"), [("team", "U2"), ("person", " ")])
async def test_only_a_person_or_a_role_can_be_named(settings: WorkspaceSettings, kind: str, id_: str) -> None:
    with pytest.raises(NotPossible):
        await settings.add_manager(ANN, kind, id_)


async def test_nobody_reaches_into_another_workspace(personas: Personas) -> None:
    elsewhere = replace(GENERAL, workspace_id="T2")
    with pytest.raises(NotAllowed):
        await personas.assign(ANN, elsewhere, "Pirate")
    stranger = operator(WorkspaceRef(Platform.DISCORD, "T1"))
    with pytest.raises(NotAllowed):
        await personas.clear(stranger, GENERAL)
    with pytest.raises(NotPossible, match="no persona"):
        await personas.edit(stranger, "Pirate", {"instruction": "Mine."})


async def test_when_the_platform_does_not_say_nothing_is_changed(personas: Personas) -> None:
    async def unknown() -> bool:
        raise PlatformTrouble(Kind.TRANSIENT, "down")

    with pytest.raises(PlatformTrouble):
        await personas.edit(replace(BEN, manages=unknown), "Pirate", {"instruction": "Mine."})
    assert (await personas.find(BAKERY, "Pirate")).instruction == "Arr."
