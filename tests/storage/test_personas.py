import json

import pytest
from sqlalchemy import text
from sqlmodel import Session

from storage import audit, claims, configurations, migrate, persona_history, personas, threads, workspaces
from storage.database import Database, engine_for
from storage.personas import PersonaEdit, PersonaFields
from storage.problems import NotPossible
from storage.words import Deed, Platform
from tests.storage.samples import ADA, GENERAL, said

PIRATE = PersonaFields(name="Pirate", instruction="Arr.", temperature=0.7, tools=("search",))
NUN = PersonaFields(name="Nun", instruction="Pray.")


@pytest.fixture
async def workspace_id(database: Database) -> int:
    return await database.run(workspaces.workspace, Platform.SLACK, "T1", "Bakery")


@pytest.fixture
async def pirate(database: Database, workspace_id: int) -> PersonaFields:
    await database.run(personas.create, workspace_id, ADA, PIRATE)
    return PIRATE


async def deeds(database: Database, workspace_id: int, name: str = "Pirate") -> list[str]:
    return [change.deed for change in await database.run(persona_history.history, workspace_id, name)]


async def current(database: Database, workspace_id: int, name: str = "Pirate") -> PersonaFields:
    return personas.fields_of(await database.run(personas.find, workspace_id, name))


def test_personas_of_an_older_database_have_a_history_of_their_own(database_url: str) -> None:
    engine = engine_for(database_url)
    migrate.upgrade(engine, "0004")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "insert into workspace (platform, platform_id, name, prompt, created_at)"
            " values ('slack', 'T1', '', '', '2026-11-22')"
        )
        persona = text(
            "insert into persona (workspace_id, name, name_key, instruction, created_at, changed_at)"
            " values (1, :name, :name, 'Be one.', '2026-11-22', '2026-11-22')"
        )
        connection.execute(persona, [{"name": "baker"}, {"name": "nun"}])
    migrate.upgrade(engine)
    with Session(engine) as session:
        keys = [one.persona.key for one in personas.listed(session, 1)]
        fields = personas.fields_of(personas.find(session, 1, "baker"))
    engine.dispose()
    assert len(set(keys)) == 2
    assert all(keys)
    assert fields == PersonaFields(name="baker", instruction="Be one.")


async def test_what_is_set_of_a_persona_is_kept(database: Database, workspace_id: int, pirate: PersonaFields) -> None:
    assert await current(database, workspace_id) == pirate


@pytest.mark.usefixtures("pirate")
async def test_names_are_told_apart_without_regard_to_case(database: Database, workspace_id: int) -> None:
    with pytest.raises(NotPossible, match="already") as refused:
        await database.run(personas.create, workspace_id, ADA, PersonaFields(name="PIRATE", instruction="Arr."))
    assert refused.value.field == "name"
    assert (await database.run(personas.find, workspace_id, "  pirate ")).name == "Pirate"


@pytest.mark.usefixtures("pirate")
async def test_another_workspace_may_use_the_same_name(database: Database) -> None:
    other = await database.run(workspaces.workspace, Platform.DISCORD, "9")
    await database.run(personas.create, other, ADA, PersonaFields(name="Pirate", instruction="Ahoy."))
    assert (await database.run(personas.find, other, "Pirate")).instruction == "Ahoy."


async def test_an_edit_changes_what_it_names_alone(
    database: Database, workspace_id: int, pirate: PersonaFields
) -> None:
    changes: PersonaEdit = {"instruction": "Ahoy.", "temperature": None}
    _, new = await database.run(personas.edit, workspace_id, ADA, "Pirate", changes)
    edited = await current(database, workspace_id)
    assert new
    assert edited == PersonaFields(name="Pirate", instruction="Ahoy.", tools=pirate.tools)


@pytest.mark.usefixtures("pirate")
async def test_an_edit_that_changes_nothing_is_not_written_down(database: Database, workspace_id: int) -> None:
    _, new = await database.run(personas.edit, workspace_id, ADA, "Pirate", {"instruction": "Arr."})
    assert not new
    assert await deeds(database, workspace_id) == ["persona.create"]


@pytest.mark.usefixtures("pirate")
async def test_a_persona_is_renamed_and_keeps_its_channels_and_history(database: Database, workspace_id: int) -> None:
    await database.run(personas.assign, GENERAL, ADA, "Pirate")
    await database.run(personas.edit, workspace_id, ADA, "Pirate", {"name": "Captain"})
    speaking = await database.run(personas.of_channel, GENERAL)
    assert speaking is not None
    assert speaking.name == "Captain"
    assert await deeds(database, workspace_id, "Captain") == ["persona.rename", "persona.create"]
    with pytest.raises(NotPossible, match="no persona called 'Pirate'"):
        await database.run(personas.find, workspace_id, "Pirate")


@pytest.mark.usefixtures("pirate")
async def test_a_persona_may_change_the_case_of_its_name(database: Database, workspace_id: int) -> None:
    await database.run(personas.edit, workspace_id, ADA, "Pirate", {"name": "PIRATE"})
    assert (await database.run(personas.find, workspace_id, "pirate")).name == "PIRATE"


@pytest.mark.usefixtures("pirate")
async def test_a_persona_cannot_take_the_name_of_another(database: Database, workspace_id: int) -> None:
    await database.run(personas.create, workspace_id, ADA, NUN)
    with pytest.raises(NotPossible, match="already") as refused:
        await database.run(personas.edit, workspace_id, ADA, "Nun", {"name": "pirate"})
    assert refused.value.field == "name"
    assert (await current(database, workspace_id, "Nun")) == NUN


@pytest.mark.usefixtures("pirate")
async def test_a_channels_persona_reaches_the_next_reply(database: Database, workspace_id: int) -> None:
    await database.run(personas.assign, GENERAL, ADA, "pirate")
    await database.run(threads.keep, said(1))
    work = await database.run(claims.claim, 1, 10)
    assert work is not None
    configuration = await database.run(configurations.read, workspace_id)
    assert work.persona_id is not None
    assert work.persona_name == "Pirate"
    assert configuration.personas[work.persona_id].instruction == "Arr."


@pytest.mark.usefixtures("pirate")
async def test_deleting_a_persona_clears_its_channels(database: Database, workspace_id: int) -> None:
    await database.run(personas.assign, GENERAL, ADA, "Pirate")
    await database.run(personas.delete, workspace_id, ADA, "Pirate")
    assert await database.run(personas.of_channel, GENERAL) is None


async def test_a_deleted_persona_is_restored_with_its_channels(
    database: Database, workspace_id: int, pirate: PersonaFields
) -> None:
    await database.run(personas.assign, GENERAL, ADA, "Pirate")
    await database.run(personas.delete, workspace_id, ADA, "Pirate")
    deleted = (await database.run(persona_history.history, workspace_id, "pirate"))[0]
    assert deleted.id is not None
    await database.run(persona_history.restore, workspace_id, ADA, "pirate", deleted.id)
    speaking = await database.run(personas.of_channel, GENERAL)
    assert speaking is not None
    assert personas.fields_of(speaking) == pirate
    assert await deeds(database, workspace_id) == ["persona.restore", "persona.delete", "persona.create"]


@pytest.mark.usefixtures("pirate")
async def test_a_restored_persona_takes_no_channel_from_another(database: Database, workspace_id: int) -> None:
    await database.run(personas.create, workspace_id, ADA, NUN)
    await database.run(personas.assign, GENERAL, ADA, "Pirate")
    await database.run(personas.delete, workspace_id, ADA, "Pirate")
    await database.run(personas.assign, GENERAL, ADA, "Nun")
    deleted = (await database.run(persona_history.history, workspace_id, "Pirate"))[0]
    await database.run(persona_history.restore, workspace_id, ADA, "Pirate", deleted.id or 0)
    speaking = await database.run(personas.of_channel, GENERAL)
    assert speaking is not None
    assert speaking.name == "Nun"


async def test_an_earlier_state_is_restored_under_the_name_of_today(
    database: Database, workspace_id: int, pirate: PersonaFields
) -> None:
    created = (await database.run(persona_history.history, workspace_id, "Pirate"))[0]
    await database.run(personas.edit, workspace_id, ADA, "Pirate", {"name": "Captain", "instruction": "Ahoy."})
    await database.run(persona_history.restore, workspace_id, ADA, "Captain", created.id or 0)
    restored = await current(database, workspace_id, "Captain")
    assert (restored.name, restored.instruction, restored.temperature) == ("Captain", "Arr.", pirate.temperature)


@pytest.mark.usefixtures("pirate")
async def test_the_history_of_one_persona_restores_no_other(database: Database, workspace_id: int) -> None:
    await database.run(personas.create, workspace_id, ADA, NUN)
    created = (await database.run(persona_history.history, workspace_id, "Pirate"))[0]
    with pytest.raises(NotPossible, match="no change"):
        await database.run(persona_history.restore, workspace_id, ADA, "Nun", created.id or 0)


@pytest.mark.usefixtures("pirate")
async def test_a_deleted_persona_whose_name_is_taken_is_not_restored(database: Database, workspace_id: int) -> None:
    await database.run(personas.edit, workspace_id, ADA, "Pirate", {"name": "Captain"})
    await database.run(personas.delete, workspace_id, ADA, "Captain")
    deleted = (await database.run(persona_history.history, workspace_id, "Captain"))[0]
    await database.run(personas.create, workspace_id, ADA, PersonaFields(name="captain", instruction="Row."))
    with pytest.raises(NotPossible, match="already") as refused:
        await database.run(persona_history.restore, workspace_id, ADA, "Captain", deleted.id or 0)
    assert refused.value.field == "name"
    assert (await current(database, workspace_id, "Captain")).instruction == "Row."


@pytest.mark.usefixtures("pirate")
async def test_a_new_persona_does_not_inherit_the_history_of_a_deleted_one(
    database: Database, workspace_id: int
) -> None:
    await database.run(personas.delete, workspace_id, ADA, "Pirate")
    await database.run(personas.create, workspace_id, ADA, PIRATE)
    assert await deeds(database, workspace_id) == ["persona.create"]


async def test_of_a_persona_that_never_was_there_is_no_history(database: Database, workspace_id: int) -> None:
    with pytest.raises(NotPossible, match="and there was none") as refused:
        await database.run(persona_history.history, workspace_id, "Nobody")
    assert refused.value.field == "name"


@pytest.mark.usefixtures("pirate")
async def test_who_speaks_in_a_channel_is_written_down_with_who_spoke_before(
    database: Database, workspace_id: int
) -> None:
    await database.run(personas.create, workspace_id, ADA, NUN)
    await database.run(personas.assign, GENERAL, ADA, "Pirate")
    await database.run(personas.assign, GENERAL, ADA, "Nun")
    await database.run(personas.assign, GENERAL, ADA, "Nun")
    await database.run(personas.clear, GENERAL, ADA)
    spoke = await database.run(audit.changes, workspace_id, subject="#general")
    told = [
        (change.deed, json.loads(change.before)["persona"], json.loads(change.after)["persona"]) for change in spoke
    ]
    assert told == [
        (Deed.PERSONA_CLEAR, "Nun", ""),
        (Deed.PERSONA_ASSIGN, "Pirate", "Nun"),
        (Deed.PERSONA_ASSIGN, "", "Pirate"),
    ]


@pytest.mark.usefixtures("pirate")
async def test_the_list_names_the_channels_of_each_persona(database: Database, workspace_id: int) -> None:
    await database.run(personas.create, workspace_id, ADA, NUN)
    await database.run(personas.assign, GENERAL, ADA, "Pirate")

    def listed(session: Session) -> list[tuple[str, tuple[str, ...]]]:
        return [(one.persona.name, one.channels) for one in personas.listed(session, workspace_id)]

    assert await database.run(listed) == [("Nun", ()), ("Pirate", ("general",))]
