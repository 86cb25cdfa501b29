"""Parley under systemd, as docs/operating.md has it: its commands put everything in place, and the unit is sound."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings.operating import OperatingSettings
from tests.house import projects
from tests.house.pages import command_exists, commands
from tests.house.references import ROOT
from tests.house.shell import beside, sh
from tests.house.stand_ins import background, programs, systemd

STEPS = [command.text for command in commands("docs/operating.md") if command.section == "Under systemd"]
UNIT = (ROOT / "deploy/parley.service").read_text(encoding="utf-8")
READY = "parley ready: discord, slack"
SERVICE = dict(re.findall(r"^(\w+)=(.*)$", UNIT, re.MULTILINE))


@pytest.fixture
def machine(tmp_path: Path, environment: "os._Environ[str]") -> Iterator[Path]:
    """A folder for a machine; the working directory is a project with a `.env` that leads to the local servers."""
    machine = tmp_path / "machine"
    environment["DESTDIR"] = machine.as_posix()
    environment["PATH"] = programs.path_with(tmp_path / "programs")
    with projects.within_one(tmp_path):
        yield machine
        background.kill(systemd.kept(machine, "parley"))


@pytest.mark.timeout(300)
def test_the_commands_of_the_page_install_parley_and_start_it(machine: Path) -> None:
    """From the lock file alone, so whatever Parley needs is named there."""
    install, enable, status, journal, restart, doctor = STEPS
    sh(install)
    sh(enable)
    kept = systemd.kept(machine, "parley")
    background.until_it_says(kept, READY)
    with beside(journal) as following:
        sh(status)
        sh(restart)
        background.until_it_says(kept, READY, times=2)
        sh(doctor)
        sh("sudo systemctl stop parley")
        said, _ = following.communicate(timeout=background.PATIENCE_S)
    assert READY in said
    assert (kept / "code").read_text() == "0", background.log(kept)
    assert (machine / "var/lib/parley/parley.db").exists()
    modes = [(machine / name).stat().st_mode & 0o777 for name in ("etc/parley", "etc/parley/env", "var/lib/parley")]
    assert modes == [0o750, 0o640, 0o700]


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


@pytest.mark.parametrize("question", [["verify"], ["security", "--offline=true", "--threshold=20"]])
def test_systemd_has_nothing_to_say_against_the_unit(question: list[str], tmp_path: Path) -> None:
    """Where systemd is installed. The program need not be where the unit looks for it, so another one stands there."""
    unit = tmp_path / "parley.service"
    unit.write_text(UNIT.replace("/opt/parley/.venv/bin/parley", "/bin/true"), encoding="utf-8")
    assert told("systemd-analyze", *question, str(unit)) == ""


def test_systemd_makes_the_user_and_the_places_that_are_declared(tmp_path: Path) -> None:
    """Where systemd is installed and root runs this, since the places belong to others; at every start anew."""
    if os.geteuid() != 0:
        return
    settings = tmp_path / "etc/parley/env"
    settings.parent.mkdir(parents=True)
    settings.write_text("PORT=8080\n")
    for _ in range(2):
        assert told("systemd-sysusers", f"--root={tmp_path}", str(ROOT / "deploy/sysusers.conf")) == ""
        assert told("systemd-tmpfiles", f"--root={tmp_path}", "--create", str(ROOT / "deploy/tmpfiles.conf")) == ""


def told(program: str, *words: str) -> str:
    """What a program of systemd's has to say against something; nothing where it is not installed."""
    found = shutil.which(program)
    if found is None:
        return ""
    done = subprocess.run([found, *words], capture_output=True, text=True, check=False)
    made = re.sub(r"^Creating .*\n", "", done.stderr, flags=re.MULTILINE)
    return made if done.returncode == 0 else f"{done.returncode}: {done.stdout}{made}"
