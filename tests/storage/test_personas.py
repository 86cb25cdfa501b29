import pytest
from sqlmodel import Session

from storage import claims, personas, threads, workspaces
from storage.database import Database
from storage.personas import PersonaError
from storage.words import Platform
from tests.storage.samples import GENERAL, said


@pytest.fixture
async def workspace_id(database: Database) -> int:
    return await database.run(workspaces.workspace, Platform.SLACK, "T1", "Bakery")


async def test_names_are_told_apart_without_regard_to_case(database: Database, workspace_id: int) -> None:
    await database.run(personas.create, workspace_id, "Pirate", "Arr.")
    with pytest.raises(PersonaError, match="already"):
        await database.run(personas.create, workspace_id, " PIRATE ", "Arr.")
    assert (await database.run(personas.find, workspace_id, "pirate")).name == "Pirate"


async def test_another_workspace_may_use_the_same_name(database: Database, workspace_id: int) -> None:
    other = await database.run(workspaces.workspace, Platform.DISCORD, "9")
    await database.run(personas.create, workspace_id, "Pirate", "Arr.")
    await database.run(personas.create, other, "Pirate", "Ahoy.")
    assert (await database.run(personas.find, other, "Pirate")).instruction == "Ahoy."


@pytest.mark.parametrize(
    ("name", "instruction", "why"),
    [
        ("", "x", "needs a name"),
        ("  ", "x", "needs a name"),
        ("x" * 81, "x", "at most 80"),
        ("x", "", "needs an instruction"),
        ("x", "y" * 20_001, "at most 20,000"),
    ],
)
async def test_what_is_not_fit_is_refused(
    database: Database, workspace_id: int, name: str, instruction: str, why: str
) -> None:
    with pytest.raises(PersonaError, match=why):
        await database.run(personas.create, workspace_id, name, instruction)


async def test_a_channels_persona_reaches_the_next_reply(database: Database, workspace_id: int) -> None:
    await database.run(personas.create, workspace_id, "Pirate", "Arr.")
    await database.run(personas.assign, GENERAL, "pirate")
    await database.run(threads.keep, said(1))
    work = await database.run(claims.claim, 1, 10)
    assert work is not None
    assert (work.persona_name, work.persona_instruction) == ("Pirate", "Arr.")


async def test_deleting_a_persona_clears_its_channels(database: Database, workspace_id: int) -> None:
    await database.run(personas.create, workspace_id, "Pirate", "Arr.")
    await database.run(personas.assign, GENERAL, "Pirate")
    await database.run(personas.delete, workspace_id, "Pirate")
    assert await database.run(personas.of_channel, GENERAL) is None


async def test_the_list_names_the_channels_of_each_persona(database: Database, workspace_id: int) -> None:
    await database.run(personas.create, workspace_id, "Pirate", "Arr.")
    await database.run(personas.create, workspace_id, "Nun", "Pray.")
    await database.run(personas.assign, GENERAL, "Pirate")

    def listed(session: Session) -> list[tuple[str, tuple[str, ...]]]:
        return [(one.persona.name, one.channels) for one in personas.listed(session, workspace_id)]

    assert await database.run(listed) == [("Nun", ()), ("Pirate", ("general",))]
