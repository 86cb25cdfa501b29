"""`systemctl`, `journalctl`, `systemd-sysusers` and `systemd-tmpfiles`, for a machine that is a folder: DESTDIR.

They do what the project's files ask of them, and refuse whatever else a file may ask. Everything belongs to whoever
runs them, and nothing is confined: what bounds a unit sets is for systemd-analyze to judge.
"""

import argparse
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from tests.house.stand_ins import background

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
UNITS = "etc/systemd/system"


def systemctl(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="systemctl")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("daemon-reload")
    for verb in ("enable", "restart", "status", "stop"):
        verbs.add_parser(verb).add_argument("unit")
    verbs.choices["enable"].add_argument("--now", action="store_true")
    given = parser.parse_args(words)
    machine = Path(os.environ["DESTDIR"])
    if given.verb == "daemon-reload":
        for path in (machine / UNITS).glob("*.service"):
            _unit(path)
        return 0
    unit = _unit(machine / UNITS / f"{given.unit}.service")
    if given.verb == "status":
        return 3 if background.has_ended(kept(machine, given.unit)) else 0
    if given.verb in ("restart", "stop"):
        background.stop(kept(machine, given.unit), float(unit["TimeoutStopSec"]))
    if given.verb == "enable":
        wants = machine / UNITS / f"{unit['WantedBy']}.wants"
        wants.mkdir(exist_ok=True)
        (wants / f"{given.unit}.service").symlink_to(f"../{given.unit}.service")
    if given.verb == "restart" or (given.verb == "enable" and given.now):
        _start(machine, given.unit, unit)
    return 0


def journalctl(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="journalctl")
    parser.add_argument("--unit", required=True)
    parser.add_argument("--output", choices=["cat"], required=True)
    parser.add_argument("--follow", action="store_true", required=True)
    background.follow(kept(Path(os.environ["DESTDIR"]), parser.parse_args(words).unit))
    return 0


def kept(machine: Path, unit: str) -> Path:
    """Where it is written down what became of a unit."""
    return machine / "run" / unit


def _start(machine: Path, name: str, unit: dict[str, str]) -> None:
    home = users(machine)[unit["User"]]
    program, *arguments = shlex.split(unit["ExecStart"])
    (machine / "var/lib" / unit["StateDirectory"]).mkdir(parents=True, exist_ok=True)
    never_again = [0, *map(int, unit["RestartPreventExitStatus"].split())]
    background.start(
        kept(machine, name),
        [_within(machine, program).as_posix(), *arguments],
        _within(machine, unit["WorkingDirectory"]),
        {"PATH": PATH, "HOME": _within(machine, home).as_posix(), "USER": unit["User"]},
        never_again,
    )


def _unit(path: Path) -> dict[str, str]:
    """Its settings; of one that is there twice, the last."""
    return dict(re.findall(r"^(\w+)=(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE))


def sysusers(words: list[str]) -> int:
    """A user and its group for each `u`."""
    machine, lines = _declared("sysusers", words)
    for kind, name, _, comment, home, shell in lines:
        if kind != "u":
            raise SystemExit(f"systemd-sysusers: {kind!r} is not known here")
        if name not in users(machine):
            with (machine / "etc/passwd").open("a", encoding="utf-8") as passwd:
                passwd.write(f"{name}:x:999:999:{comment}:{home}:{shell}\n")
    return 0


def tmpfiles(words: list[str]) -> int:
    """A folder for each `d`, the mode that `z` says, and a link for each `L`."""
    machine, lines = _declared("tmpfiles", words)
    for kind, name, mode, user, group, *more in lines:
        path = _within(machine, name)
        if not {user, group} <= {"-", "root", *users(machine)}:
            raise SystemExit(f"systemd-tmpfiles: {user}:{group} is nobody")
        if kind == "d":
            path.mkdir(parents=True, exist_ok=True)
        elif kind == "L" and not path.is_symlink():
            path.symlink_to(more[-1])
        elif kind not in ("L", "z"):
            raise SystemExit(f"systemd-tmpfiles: {kind!r} is not known here")
        if mode != "-":
            path.chmod(int(mode, 8))
    return 0


def _declared(kind: str, words: list[str]) -> tuple[Path, Iterator[list[str]]]:
    """The machine, and the lines of the file that is named."""
    parser = argparse.ArgumentParser(prog=f"systemd-{kind}")
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--create", action="store_true")
    parser.add_argument("name")
    given = parser.parse_args(words)
    text = (given.root / f"etc/{kind}.d" / given.name).read_text(encoding="utf-8")
    return given.root, (line for line in (shlex.split(one, comments=True) for one in text.splitlines()) if line)


def users(machine: Path) -> dict[str, str]:
    """The home of every user."""
    users = machine / "etc/passwd"
    lines = users.read_text(encoding="utf-8").splitlines() if users.exists() else []
    return {line.split(":")[0]: line.split(":")[5] for line in lines}


def _within(machine: Path, path: str) -> Path:
    return machine / path.removeprefix("/")
