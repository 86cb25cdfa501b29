import asyncio
import json

import pytest
from sqlmodel import Session, col, select

from storage import audit, configurations, personas, workspaces
from storage.configurations import Manager
from storage.database import Database
from storage.personas import PersonaFields
from storage.problems import NotPossible
from storage.tables import Change, Workspace
from storage.words import Deed, Platform
from tests.storage.samples import ADA, GENERAL


@pytest.fixture
async def workspace_id(database: Database) -> int:
    return (await database.run(workspaces.locate, GENERAL)).workspace_id


async def revision(database: Database, workspace_id: int) -> int:
    return await database.run(
        lambda session: session.execute(
            select(col(Workspace.revision)).where(col(Workspace.id) == workspace_id)
        ).scalar_one()
    )


async def test_a_change_says_who_did_what_and_how_it_was_before(database: Database, workspace_id: int) -> None:
    await database.run(workspaces.change, workspace_id, ADA, Deed.TIMEZONE, "timezone", "Europe/Ghent")
    (change,) = await database.run(audit.changes, workspace_id)
    assert (change.actor_id, change.actor_name, change.deed) == ("U9", "Ada", "timezone")
    assert (json.loads(change.before), json.loads(change.after)) == ({"timezone": "UTC"}, {"timezone": "Europe/Ghent"})
    assert await database.run(audit.find, workspace_id, change.id or 0) == change


async def test_every_change_raises_the_revision_and_nothing_else_does(database: Database, workspace_id: int) -> None:
    await database.run(workspaces.change, workspace_id, ADA, Deed.PROMPT_SET, "prompt", "Be brief.")
    assert await revision(database, workspace_id) == 1
    await database.run(workspaces.change, workspace_id, ADA, Deed.PROMPT_SET, "prompt", "Be brief.")
    assert await revision(database, workspace_id) == 1
    await database.run(workspaces.change_channel, GENERAL, ADA, Deed.LISTEN, "listening", "every")
    await database.run(configurations.set_models, workspace_id, ADA, ("a", "b"))
    assert await revision(database, workspace_id) == 3


async def test_a_change_that_fails_leaves_no_row_behind(database: Database, workspace_id: int) -> None:
    def half(session: Session) -> None:
        workspaces.change(session, workspace_id, ADA, Deed.PROMPT_SET, "prompt", "Be brief.")
        raise LookupError

    with pytest.raises(LookupError):
        await database.run(half)
    assert await database.run(audit.changes, workspace_id) == []
    assert await revision(database, workspace_id) == 0


@pytest.mark.parametrize("name", sorted(audit.SECRETS))
async def test_a_secret_is_never_written_down(database: Database, workspace_id: int, name: str) -> None:
    before, after = {name: "old-secret"}, {"kind": "ollama", "more": {name: "new-secret"}, "list": [{name: "third"}]}
    await database.run(audit.record, workspace_id, ADA, Deed.ENDPOINT_SET, "endpoint", before, after)
    (change,) = await database.run(audit.changes, workspace_id)
    assert "secret" not in change.before.replace(f'"{name}"', "")
    assert "new-secret" not in change.after
    assert "third" not in change.after
    assert json.loads(change.before) == {name: audit.HIDDEN}


async def test_the_log_is_read_page_by_page_newest_first(database: Database, workspace_id: int) -> None:
    for number in range(5):
        await database.run(workspaces.change, workspace_id, ADA, Deed.PROMPT_SET, "prompt", f"{number}")
    first = await database.run(audit.changes, workspace_id, most=2)
    second = await database.run(audit.changes, workspace_id, before_id=first[-1].id, most=2)
    assert [json.loads(change.after)["prompt"] for change in [*first, *second]] == ["4", "3", "2", "1"]


async def test_a_number_that_no_change_can_have_names_none(database: Database, workspace_id: int) -> None:
    await database.run(workspaces.change, workspace_id, ADA, Deed.TIMEZONE, "timezone", "Europe/Ghent")
    assert await database.run(audit.find, workspace_id, 10**30) is None
    assert len(await database.run(audit.changes, workspace_id, before_id=10**30)) == 1
    assert await database.run(audit.changes, workspace_id, before_id=-(10**30)) == []


async def test_a_workspace_sees_nothing_of_anothers_changes(database: Database, workspace_id: int) -> None:
    other = await database.run(workspaces.workspace, Platform.DISCORD, "9")
    await database.run(workspaces.change, other, ADA, Deed.PROMPT_SET, "prompt", "Be brief.")
    (change,) = await database.run(audit.changes, other)
    assert await database.run(audit.changes, workspace_id) == []
    assert await database.run(audit.find, workspace_id, change.id or 0) is None


async def test_managers_are_named_once_and_taken_back(database: Database, workspace_id: int) -> None:
    moderators = Manager("role", "7", "Moderators")
    assert await database.run(configurations.add_manager, workspace_id, ADA, moderators)
    assert not await database.run(configurations.add_manager, workspace_id, ADA, Manager("role", "7", "Mods"))
    assert (await database.run(configurations.read, workspace_id)).managers == (moderators,)
    assert await database.run(configurations.remove_manager, workspace_id, ADA, "role", "7") == moderators
    assert await database.run(configurations.remove_manager, workspace_id, ADA, "role", "7") is None
    deeds = [change.deed for change in await database.run(audit.changes, workspace_id)]
    assert deeds == [Deed.MANAGERS_REMOVE, Deed.MANAGERS_ADD]


async def test_the_configuration_names_the_changes_that_made_its_texts(database: Database, workspace_id: int) -> None:
    await database.run(
        workspaces.change, workspace_id, ADA, Deed.PROMPT_SET, "prompt", "Hi.", subject_key=configurations.PROMPT_KEY
    )
    await database.run(personas.create, workspace_id, ADA, PersonaFields(name="Nun", instruction="Pray."))
    await database.run(personas.edit, workspace_id, ADA, "Nun", {"instruction": "Sing."})
    await database.run(personas.assign, GENERAL, ADA, "Nun")
    made = {change.deed: change.id for change in await database.run(audit.changes, workspace_id)}
    configuration = await database.run(configurations.read, workspace_id)
    assert configuration.prompt_change_id == made["prompt.set"]
    assert [voice.change_id for voice in configuration.personas.values()] == [made["persona.edit"]]


async def test_changes_at_once_lose_nothing(database: Database, workspace_id: int) -> None:
    """Each edit builds on what the one before has left, and each has its own revision."""
    await database.run(personas.create, workspace_id, ADA, PersonaFields(name="Nun", instruction="0"))
    await asyncio.gather(
        *(
            database.run(personas.edit, workspace_id, ADA, "Nun", {"instruction": f"{number}"})
            for number in range(1, 21)
        )
    )
    changes = await database.run(audit.changes, workspace_id)
    before = [json.loads(change.before).get("instruction") for change in changes]
    after = [json.loads(change.after)["instruction"] for change in changes]
    assert before[:-1] == after[1:]
    assert await revision(database, workspace_id) == 21


async def test_of_several_that_take_one_name_at_once_one_has_it(database: Database, workspace_id: int) -> None:
    given = PersonaFields(name="Nun", instruction="Pray.")
    made = await asyncio.gather(
        *(database.run(personas.create, workspace_id, ADA, given) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(one, NotPossible) for one in made) == 4

    def count(session: Session) -> int:
        return len(session.execute(select(Change)).all())

    assert await database.run(count) == 1
