"""Every command that the documentation gives works, in the order of its page, or is listed with the reason why not.

A page has a folder of its own, in which whoever reads it has done what comes before: there is a workspace with two
channels, and the settings lead to the local servers. `parley` runs within this process, what serves in one of its own
until it is ready, `make` says what it would do, and all else goes to the shell.
"""

import asyncio
import os
import re
import shlex
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import encrypted, threads
from storage.database import Database
from storage.incoming import Author
from tests.bots.command_line import CommandLine, finished, ready_line
from tests.bots.saying import GENERAL, RANDOM, Say, meeting, within
from tests.house.not_run import NOT_RUN
from tests.house.outside import outside
from tests.house.pages import PAGES, Command, blocks, commands
from tests.house.references import ROOT
from tests.house.shell import run
from tests.storage.samples import said

LANGUAGES = {"sh", "console", "text", "toml", "json", "yaml", "python", "ini", "promql"}
TOLD = {page: commands(page) for page in PAGES}
SERVES = re.compile(r"(^|/| )parley (run|worker|clock|playground)( |$)")

PROJECT = ("Makefile", ".env.example", "requirements.lock", "requirements-dev.lock", "pyproject.toml", "deploy")
FILES = {"support.md": "Help people who are stuck.", "key.txt": "sk-example\n"}
ANN = Author(id="U012AB3CD", name="Ann")


def runs(command: Command) -> bool:
    """Not the steps of a backup and back again: tests/house/test_backups.py takes them."""
    return command.text not in NOT_RUN and not SERVES.search(command.text) and command.section != "Backups"


RUN = {page: told for page in PAGES if (told := [command for command in TOLD[page] if runs(command)])}
SERVED = sorted(
    {command.text for told in TOLD.values() for command in told if SERVES.search(command.text)} - {*NOT_RUN}
)


@pytest.fixture(scope="module")
def settings() -> Iterator[dict[str, str]]:
    with outside() as settings:
        own = {"PARLEY_MODELS": "gpt-5,gpt-5-mini", "PARLEY_ENCRYPTION_KEYS": encrypted.new_key()}
        yield settings | own


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a workspace in which Ann has asked something."""
    folder = tmp_path_factory.mktemp("known")
    with within(folder):
        meeting(GENERAL, RANDOM)
        asyncio.run(_keep())
    return folder / "parley.db"


async def _keep() -> None:
    database = await Database.open("sqlite:///parley.db")
    await database.run(threads.keep, said(1, "May I bake?", place=GENERAL, author=ANN))
    await database.close()


@pytest.fixture
def reader(
    tmp_path: Path, known: Path, settings: dict[str, str], environment: "os._Environ[str]", own_logs: None
) -> Iterator[Say]:
    """Whoever reads a page, in a folder with what the project has and they have made."""
    shutil.copy(known, tmp_path / "parley.db")
    for name in PROJECT:
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    environment |= settings
    with within(tmp_path) as say:
        yield say


@pytest.mark.parametrize("page", RUN)
def test_every_command_of_a_page_works_in_its_order(page: str, reader: Say) -> None:
    for command in RUN[page]:
        run(reader, command.text)


@pytest.mark.parametrize("line", SERVED)
async def test_what_serves_gets_ready_and_ends_in_order(line: str, settings: dict[str, str], tmp_path: Path) -> None:
    process = await CommandLine(tmp_path, settings).start(*shlex.split(line)[1:])
    try:
        assert "ready" in await ready_line(process)
        process.send_signal(signal.SIGTERM)
        ended = await finished(process)
        assert ended.code == 0, ended.err
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


def test_what_is_not_run_is_on_a_page_and_nothing_else_is_listed() -> None:
    assert {*NOT_RUN} <= {command.text for told in TOLD.values() for command in told}
    assert all(len(reason.split()) > 5 for reason in NOT_RUN.values())


@pytest.mark.parametrize("page", PAGES)
def test_every_fence_says_what_is_in_it(page: str) -> None:
    assert [block for block in blocks(page) if block.language not in LANGUAGES] == []
