"""What is in deploy/ does what docs/operating.md says of it, as far as that can be seen without root or an engine."""

import asyncio
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from core.settings.operating import OperatingSettings
from tests.bots.command_line import CommandLine, finished, ready_line
from tests.house.outside import outside
from tests.house.pages import command_exists
from tests.house.references import ROOT

UNIT = (ROOT / "deploy/parley.service").read_text(encoding="utf-8")
SERVICE = dict(re.findall(r"^(\w+)=(.*)$", UNIT, re.MULTILINE))
PAGE = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
CONTAINERFILE = (ROOT / "deploy/Containerfile").read_text(encoding="utf-8")
INSTRUCTIONS = re.findall(r"^([A-Z]+) (.*)$", re.sub(r" *\\\n *", " ", CONTAINERFILE), re.MULTILINE)
FOLDERS = ("bots", "core", "storage")


def instructions(name: str) -> list[str]:
    return [rest for instruction, rest in INSTRUCTIONS if instruction == name]


def copied() -> list[str]:
    """What goes from the project into the image."""
    return [source for rest in instructions("COPY") if "--from" not in rest for source in rest.split()[:-1]]


def health_check() -> list[str]:
    (rest,) = instructions("HEALTHCHECK")
    words: list[str] = json.loads(rest.partition("CMD ")[2])
    return [sys.executable, *words[1:]]


def test_the_unit_gives_the_end_enough_time_and_does_not_repeat_wrong_settings() -> None:
    grace_s = OperatingSettings.model_fields["grace_s"].default
    assert int(SERVICE["TimeoutStopSec"]) >= grace_s + 20
    assert (SERVICE["KillMode"], SERVICE["RestartPreventExitStatus"]) == ("mixed", "2")
    assert command_exists(SERVICE["ExecStart"].split()[1:])


def test_the_unit_runs_as_nobody_else_and_writes_nowhere_else() -> None:
    assert SERVICE["User"] == "parley"
    assert (SERVICE["ProtectSystem"], SERVICE["StateDirectory"]) == ("strict", "parley")
    assert SERVICE["WorkingDirectory"] == "/var/lib/parley"
    assert (SERVICE["NoNewPrivileges"], SERVICE["CapabilityBoundingSet"]) == ("yes", "")


def test_the_page_makes_every_place_that_the_unit_names() -> None:
    places = {SERVICE["ExecStart"].removesuffix("/bin/parley run"), SERVICE["WorkingDirectory"], "/etc/parley/env"}
    assert [place for place in places if place not in PAGE or place not in UNIT] == []


@pytest.mark.parametrize("question", [["verify"], ["security", "--offline=true", "--threshold=20"]])
def test_systemd_has_nothing_to_say_against_the_unit(question: list[str], tmp_path: Path) -> None:
    """Where systemd is installed. The program need not be where the unit looks for it, so another one stands there."""
    asked = shutil.which("systemd-analyze")
    unit = tmp_path / "parley.service"
    unit.write_text(UNIT.replace("/opt/parley/.venv/bin/parley", "/bin/true"), encoding="utf-8")
    if asked is None:
        return
    told = subprocess.run([asked, *question, unit], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, ""), told.stdout


def test_the_image_is_slim_takes_hashed_packages_and_runs_as_nobody() -> None:
    assert {base.split()[0] for base in instructions("FROM")} == {"python:${PYTHON}-slim"}
    pips = [line for line in instructions("RUN") if "pip install" in line]
    assert [line for line in pips if "--require-hashes" not in line and "--no-deps" not in line] == []
    assert "://" not in CONTAINERFILE.replace("http://127.0.0.1", "")
    assert int(instructions("USER")[-1]) > 0
    assert command_exists(json.loads(instructions("CMD")[-1])[1:])


def test_nothing_but_what_the_image_needs_is_sent_to_its_build() -> None:
    let_in = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(let_in) == sorted(copied())


def test_what_is_copied_into_the_image_is_enough_to_build_all_of_parley(tmp_path: Path) -> None:
    for name in copied():
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    building = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", "dist"]
    subprocess.run(building, cwd=tmp_path, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").iterdir()
    packed = set(zipfile.ZipFile(wheel).namelist())
    files = [path for folder in FOLDERS for path in (tmp_path / folder).rglob("*") if path.is_file()]
    ours = [path.relative_to(tmp_path).as_posix() for path in files if "__pycache__" not in path.parts]
    assert [name for name in ours if name not in packed] == []


async def test_the_images_command_is_healthy_and_ends_on_the_stop_signal(tmp_path: Path) -> None:
    with outside() as settings:
        command_line = CommandLine(tmp_path, settings | {"PORT": str(free_port())})
        process = await command_line.start(*json.loads(instructions("CMD")[-1])[1:])
        try:
            await ready_line(process)
            assert await checked(command_line) == 0
            process.send_signal(signal.SIGTERM)
            assert (await finished(process)).code == 0
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()
        assert await checked(command_line) != 0


async def checked(command_line: CommandLine) -> int:
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*health_check(), env=command_line.settings, stderr=quiet)
    return await process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
