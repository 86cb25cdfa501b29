"""The steps that docs/operating.md gives for databases: to make one, and for a backup and back again."""

import asyncio
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from storage import threads
from storage.database import Database, address, conninfo
from tests.bots.saying import GENERAL, Say, within
from tests.house.pages import commands
from tests.house.shell import run, sh
from tests.house.stand_ins import programs
from tests.postgres import Databases, installed
from tests.storage.samples import said

PAGE = commands("docs/operating.md")
MAKING = [command.text for command in PAGE if command.section == "The database"]
STEPS = [command.text for command in PAGE if command.section == "Backups"]
OF_POSTGRESQL = re.compile(r"pg_|RESTORED_URL")
SQLITE = [step for step in STEPS if not OF_POSTGRESQL.search(step)]
POSTGRESQL = [step for step in STEPS if OF_POSTGRESQL.search(step)]

# Where the program is not installed: what it does with a file and one statement, by the library that comes with Python.
SQLITE3 = f"""#!{sys.executable}
import sqlite3, sys
for row in sqlite3.connect(sys.argv[1], isolation_level=None).execute(sys.argv[2]):
    print(*row, sep="|")
"""
Environment = dict[str, str]


@pytest.fixture
def say(tmp_path: Path, environment: Environment, own_logs: None) -> Iterator[Say]:
    with within(tmp_path) as say:
        yield say


@pytest.fixture
def _sqlite3(tmp_path: Path, environment: Environment) -> None:
    if shutil.which("sqlite3") is None:
        program = tmp_path / "bin" / "sqlite3"
        program.parent.mkdir()
        program.write_text(SQLITE3, encoding="utf-8")
        program.chmod(0o755)
        environment["PATH"] = f"{program.parent}:{environment['PATH']}"


@pytest.mark.usefixtures("_sqlite3")
def test_a_backup_of_a_sqlite_file_in_use_brings_it_back(say: Say) -> None:
    backing_up, restoring = SQLITE[:2], SQLITE[2:]
    assert [len(backing_up), len(restoring)] == [2, 3]
    before = asyncio.run(backed_up_in_use("sqlite:///parley.db", say, backing_up))
    for step in restoring:
        run(say, step)
    assert say.done("export") == before
    asyncio.run(goes_on("sqlite:///parley.db"))


def test_a_backup_of_a_postgresql_database_in_use_brings_it_back(
    say: Say, environment: Environment, postgres: Databases
) -> None:
    backing_up, *restoring = POSTGRESQL
    assert len(restoring) == 2
    environment["PATH"] = f"{next(installed())}:{os.environ['PATH']}"
    with postgres.migrated() as url, postgres.empty() as restored:
        environment |= {"DATABASE_URL": conninfo(url), "RESTORED_URL": conninfo(restored)}
        before = asyncio.run(backed_up_in_use(url, say, [backing_up]))
        for step in restoring:
            run(say, step)
        environment["DATABASE_URL"] = conninfo(restored)
        assert say.done("export") == before
        asyncio.run(goes_on(restored))


def test_the_role_and_the_database_that_the_page_makes_are_enough_for_parley(
    tmp_path: Path, environment: Environment, postgres: Databases
) -> None:
    """With a stand-in for sudo: the tests' own user is the administrator of their server."""
    administrator = conninfo_to_dict(conninfo(postgres.server.url))
    given = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password"}
    environment |= {name: str(administrator[part]) for name, part in given.items() if administrator.get(part)}
    environment["PATH"] = f"{next(installed())}:{programs.path_with(tmp_path / 'programs')}"
    own = address(postgres.server.url).set(username="parley", password="secret", database="parley")
    try:
        for step in MAKING:
            sh(step, typed="secret\n" * 2)
        asyncio.run(goes_on(own.render_as_string(hide_password=False)))
    finally:
        for drop in ("dropdb", "dropuser"):
            sh(f"{drop} --if-exists parley")


async def backed_up_in_use(url: str, say: Say, steps: list[str]) -> str:
    """Take these steps while a process has the database open; what is kept then, before more is said."""
    database = await Database.open(url)
    await database.run(threads.keep, said(1, "May I bake?", place=GENERAL))
    before = await asyncio.to_thread(say.done, "export")
    for step in steps:
        await asyncio.to_thread(run, say, step)
    await database.run(threads.keep, said(2, "Or a cake?", place=GENERAL))
    assert await asyncio.to_thread(say.done, "export") != before
    await database.close()
    return before


async def goes_on(url: str) -> None:
    """What is said after a restore is kept, and queued to be answered."""
    database = await Database.open(url)
    kept = await database.run(threads.keep, said(3, "With raisins?", place=GENERAL, thread_key="3"))
    assert kept.reply_id is not None
    await database.close()
