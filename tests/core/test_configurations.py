import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from core.configurations import Configurations
from core.people import WorkspaceRef
from core.personas import Personas
from core.workspace import WorkspaceSettings
from storage import claims, threads, workspaces
from storage.claims import Work
from storage.database import Database
from storage.personas import PersonaFields
from storage.words import Platform
from tests.core.people import ADA, BAKERY, GENERAL
from tests.storage.samples import said


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that reaches a database meanwhile; SQLite tells of them itself, whoever has handed them over."""
    heard: list[str] = []
    over = Event()

    def hear(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if connection.dialect.name != "sqlite":
            heard.append(statement)

    def tell(statement: str) -> None:
        if not over.is_set():
            heard.append(statement)

    def trace(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        if connection.dialect.name == "sqlite":
            driver.set_trace_callback(tell)

    listening: dict[str, Any] = {"before_cursor_execute": hear, "begin": trace}
    for name, function in listening.items():
        event.listen(Engine, name, function)
    try:
        yield heard
    finally:
        over.set()
        for name, function in listening.items():
            event.remove(Engine, name, function)


async def asked(database: Database, number: int = 1) -> Work:
    """The work of a reply, as a process takes it up."""
    kept = await database.run(threads.keep, said(number, thread_key=str(number)))
    assert kept.thread_id is not None
    work = await database.run(claims.claim, kept.thread_id, 10)
    assert work is not None
    return work


async def test_while_nothing_changes_a_reply_costs_no_query_for_what_is_set(database: Database) -> None:
    configurations = Configurations(database)
    settings = WorkspaceSettings(database, configurations)
    await settings.set_prompt(ADA, "We bake bread.")
    first, second = await asked(database, 1), await asked(database, 2)
    await configurations.of(first.workspace_row, first.workspace_revision)
    with statements() as heard:
        configuration = await configurations.of(second.workspace_row, second.workspace_revision)
    assert configuration.prompt == "We bake bread."
    assert heard == []


async def test_taking_up_a_reply_costs_as_many_queries_however_much_is_set(database: Database) -> None:
    await asked(database, 1)
    with statements() as bare:
        await asked(database, 2)
    personas = Personas(database, Configurations(database))
    for number in range(20):
        await personas.create(ADA, PersonaFields(name=f"P{number}", instruction="Be one."))
    await personas.assign(ADA, GENERAL, "P7")
    with statements() as full:
        await asked(database, 3)
    assert len(full) == len(bare)


async def test_many_replies_at_once_read_it_once(database: Database) -> None:
    configurations = Configurations(database)
    work = await asked(database)
    with statements() as heard:
        await asyncio.gather(*(configurations.of(work.workspace_row, work.workspace_revision) for _ in range(50)))
    assert sum("FROM persona" in statement for statement in heard) == 1


async def test_a_change_of_another_process_is_there_for_the_next_reply(database: Database, neighbour: Database) -> None:
    here, there = Configurations(database), Configurations(neighbour)
    before = await asked(database, 1)
    assert (await here.of(before.workspace_row, before.workspace_revision)).prompt == ""
    settings = WorkspaceSettings(neighbour, there)
    await settings.set_prompt(ADA, "We bake bread.")
    await Personas(neighbour, there).create(ADA, PersonaFields(name="Pirate", instruction="Arr."))
    await Personas(neighbour, there).assign(ADA, GENERAL, "Pirate")
    after = await asked(database, 2)
    configuration = await here.of(after.workspace_row, after.workspace_revision)
    assert configuration.prompt == "We bake bread."
    assert after.persona_id is not None
    assert configuration.personas[after.persona_id].instruction == "Arr."


async def test_what_is_set_now_is_told_at_the_price_of_one_statement(database: Database) -> None:
    configurations = Configurations(database)
    await configurations.now(BAKERY)
    with statements() as heard:
        await configurations.now(BAKERY)
    assert len([one for one in heard if "workspace" in one]) == 1


async def test_the_workspaces_used_last_are_kept(database: Database) -> None:
    configurations = Configurations(database, most=2)
    refs = [WorkspaceRef(Platform.SLACK, f"T{number}") for number in range(3)]
    rows = [await database.run(workspaces.workspace, ref.platform, ref.id) for ref in refs]
    for row in (rows[0], rows[1], rows[0], rows[2]):
        await configurations.of(row, 0)
    with statements() as heard:
        await configurations.of(rows[0], 0)
        await configurations.of(rows[2], 0)
    assert heard == []
    with statements() as heard:
        await configurations.of(rows[1], 0)
    assert heard


async def test_a_workspace_that_is_gone_has_no_configuration(database: Database) -> None:
    with pytest.raises(LookupError):
        await Configurations(database).of(99, 0)
