"""Parley in a container, as docs/operating.md has it: its commands build the image, run it and look after it."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import projects
from tests.house.pages import command_exists, commands
from tests.house.references import ROOT
from tests.house.shell import beside, sh
from tests.house.stand_ins import background, engine, programs

STEPS = [command.text for command in commands("docs/operating.md") if command.section == "In a container"]
CONTAINERFILE = ROOT / "deploy/Containerfile"
INSTRUCTIONS = engine.instructions(CONTAINERFILE)
FOLDERS = ("bots", "core", "storage")


def instructions(name: str) -> list[str]:
    return [rest for instruction, rest in INSTRUCTIONS if instruction == name]


@pytest.fixture
def home(tmp_path: Path, environment: "os._Environ[str]") -> Iterator[Path]:
    """The engine's own folder; the working directory is a project with a `.env` that leads to the local servers."""
    home = tmp_path / "engine"
    environment["ENGINE"] = home.as_posix()
    environment["PATH"] = programs.path_with(tmp_path / "programs")
    with projects.within_one(tmp_path):
        yield home
        background.kill(home / "containers/parley")


@pytest.mark.timeout(240)
def test_the_commands_of_the_page_build_the_image_and_run_it(home: Path) -> None:
    build, run, logs, doctor, stop = STEPS
    sh(build)
    assert left_out(home / "files/opt/parley") == []
    sh(run)
    kept = home / "containers/parley"
    background.until_it_says(kept, "parley ready: discord, slack")
    with beside(logs) as following:
        sh(doctor)
        assert is_healthy()
        sh(stop)
        said, _ = following.communicate(timeout=background.PATIENCE_S)
    assert "parley ready: discord, slack" in said
    assert (kept / "code").read_text() == "0", said
    assert not is_healthy()
    assert (home / "volumes/parley/parley.db").exists()


def is_healthy() -> bool:
    """What the image's own health check finds."""
    (rest,) = instructions("HEALTHCHECK")
    check: list[str] = json.loads(rest.partition("CMD ")[2])
    return subprocess.run(["docker", "exec", "parley", *check], capture_output=True, check=False).returncode == 0  # noqa: S607


def left_out(image: Path) -> list[str]:
    """The project's files that are not in the image, of those that Parley is made of."""
    (installed,) = image.glob("lib/python3.*/site-packages")
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    ours = [path.relative_to(ROOT) for path in files if "__pycache__" not in path.parts]
    return [str(path) for path in ours if not (installed / path).exists()]


def test_the_image_is_slim_takes_hashed_packages_and_runs_as_nobody() -> None:
    text = CONTAINERFILE.read_text(encoding="utf-8")
    assert {base.split()[0] for base in instructions("FROM")} == {"python:${PYTHON}-slim"}
    pips = [line for line in instructions("RUN") if "pip install" in line]
    assert [line for line in pips if "--require-hashes" not in line and "--no-deps" not in line] == []
    assert "://" not in text.replace("http://127.0.0.1", "")
    assert int(instructions("USER")[-1]) > 0
    assert command_exists(json.loads(instructions("CMD")[-1])[1:])


def test_nothing_but_what_the_image_needs_is_sent_to_its_build() -> None:
    copied = [source for rest in instructions("COPY") if "--from" not in rest for source in rest.split()[:-1]]
    assert sorted(engine.let_in(ROOT)) == sorted(copied)
