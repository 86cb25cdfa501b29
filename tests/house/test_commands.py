"""Every command that the documentation gives works as it stands there, in the order of its page.

A page has a folder of its own, in which whoever reads it has done what comes before: Parley is installed, there is a
workspace with two channels, and the settings lead to the local servers. `parley` runs within this process, what serves
in one of its own until it is ready, and all else goes to the shell. Benchmarks are shortened. `make test` and `make
check` say what they would do: it is they that run this.
"""

import asyncio
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import encrypted, threads
from storage.database import Database
from storage.incoming import Author
from tests.bots.command_line import PATIENCE_S, CommandLine
from tests.bots.saying import GENERAL, RANDOM, Say, meeting, within
from tests.house import projects
from tests.house.outside import outside
from tests.house.pages import PAGES, Command, blocks, commands
from tests.house.references import ROOT
from tests.house.shell import path, run, sh
from tests.house.stand_ins.packages import packages
from tests.storage.samples import said
from tests.tools import servers

LANGUAGES = {"sh", "console", "text", "toml", "json", "yaml", "python", "ini", "promql"}
TOLD = {page: commands(page) for page in PAGES}
SERVES = re.compile(r"(\w+=\S* )*(make playground|parley (run|worker|clock|playground))( |$)")
MEASURES = re.compile(r"make bench|python -m benchmarks")
# Tests of their own take the steps of these: test_backups.py, test_container.py, test_service.py.
ELSEWHERE = {"Backups", "In a container", "The database", "Under systemd"}

PROJECT = ("Makefile", ".env.example", "requirements.lock", "requirements-dev.lock", "pyproject.toml", "deploy")
FLOORS = ("bots", "core", "storage", "tests")
FILES = {"support.md": "Help people who are stuck.", "key.txt": "sk-example\n"}
ANN = Author(id="U012AB3CD", name="Ann")
# The least that is still one answer, and a soak of five seconds.
SCALE = "0.003"


def runs(command: Command) -> bool:
    return not SERVES.match(command.text) and not MEASURES.match(command.text) and command.section not in ELSEWHERE


def all_that(begins: re.Pattern[str]) -> list[str]:
    return sorted({command.text for told in TOLD.values() for command in told if begins.match(command.text)})


RUN = {page: told for page in PAGES if (told := [command for command in TOLD[page] if runs(command)])}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    tickets = servers.by_pipes(tmp_path_factory.mktemp("tools"), "tickets")
    with outside() as settings:
        own = {"PARLEY_MODELS": "gpt-5,gpt-5-mini", "PARLEY_ENCRYPTION_KEYS": encrypted.new_key()}
        yield settings | own | {"PARLEY_MCP": tickets}


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
    installed(tmp_path / ".venv")
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    environment |= settings
    with within(tmp_path) as say:
        yield say


def installed(folder: Path) -> None:
    """What `make install` leaves there."""
    folder.mkdir()
    for part in Path(sys.prefix).iterdir():
        if part.suffix != ".stamp":
            (folder / part.name).symlink_to(part)
    for stamp in ("run.stamp", "dev.stamp"):
        (folder / stamp).touch()


def test_make_install_fills_a_new_folder(tmp_path: Path, environment: "os._Environ[str]") -> None:
    """With the tests' own packages; test_service.py takes those of the lock file."""
    environment["PYTHONPATH"] = packages(tmp_path / "packages").as_posix()
    with projects.within_one(tmp_path):
        sh("make install")
        assert "bot_events" in sh(".venv/bin/parley manifest slack")


@pytest.mark.parametrize("page", RUN)
def test_every_command_of_a_page_works_in_its_order(page: str, reader: Say) -> None:
    for command in RUN[page]:
        run(reader, command.text)


@pytest.mark.parametrize("line", [line for line in all_that(SERVES) if "make" not in line])
async def test_what_serves_gets_ready_and_ends_in_order(line: str, settings: dict[str, str], tmp_path: Path) -> None:
    words = shlex.split(line)
    given = dict(word.split("=", 1) for word in words[: words.index("parley")])
    async with CommandLine(tmp_path, settings | given).serving(*words[words.index("parley") + 2 :]) as running:
        assert "ready" in running.ready
        ended = await running.stop()
    assert ended.code == 0, ended.err


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("line", [line for line in all_that(SERVES) if "make" in line])
async def test_what_is_made_to_serve_gets_ready(line: str) -> None:
    """On a free port."""
    process = await asyncio.create_subprocess_shell(
        line, env={**os.environ, "PORT": "0"}, stdout=PIPE, stderr=STDOUT, start_new_session=True
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            said = await process.stdout.readuntil(b"is ready")
        assert b"playground" in said
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        await process.communicate()


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("line", all_that(MEASURES))
def test_what_measures_comes_to_its_end(line: str, tmp_path: Path) -> None:
    """In a copy, for the results; with the bytecode that is there already."""
    shutil.copytree(ROOT / "benchmarks", tmp_path / "benchmarks", ignore=shutil.ignore_patterns("results"))
    for floor in FLOORS:
        (tmp_path / floor).symlink_to(ROOT / floor)
    environment = {**os.environ, "PATH": path(), "BENCHMARKS_SCALE": SCALE, "PYTHONPYCACHEPREFIX": ""}
    done = subprocess.run(shlex.split(line), env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("page", PAGES)
def test_every_fence_says_what_is_in_it(page: str) -> None:
    assert [block for block in blocks(page) if block.language not in LANGUAGES] == []
