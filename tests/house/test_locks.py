"""The lock files are what an installation is made from: whole, pinned, hashed, and bound to no package host."""

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.house.references import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def locked(name: str) -> dict[str, Version]:
    return {canonicalize_name(pin): Version(version) for pin, version in PIN.findall(text(name))}


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def group(name: str) -> list[str]:
    members: list[Any] = PYPROJECT["dependency-groups"][name]
    return [
        one for member in members for one in ([member] if isinstance(member, str) else group(member["include-group"]))
    ]


def extras() -> list[str]:
    """What every optional part needs: the locks hold it all, so that any DATABASE_URL and tool works at once."""
    optional: dict[str, list[str]] = PYPROJECT["project"].get("optional-dependencies", {})
    return [one for members in optional.values() for one in members]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host(name: str) -> None:
    assert not re.search(r"https?:|index-url|find-links|@ ", text(name))


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash(name: str) -> None:
    blocks = re.split(r"^(?=\S)", text(name), flags=re.MULTILINE)
    assert [block for block in blocks if PIN.match(block) and "--hash=sha256:" not in block] == []


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("requirements.lock", PYPROJECT["project"]["dependencies"] + extras() + group("build")),
        ("requirements-dev.lock", PYPROJECT["project"]["dependencies"] + extras() + group("dev")),
    ],
)
def test_a_lock_fulfils_pyproject(name: str, wanted: list[str]) -> None:
    pins = locked(name)
    unmet = [
        one
        for one in map(Requirement, wanted)
        if (version := pins.get(canonicalize_name(one.name))) is None or version not in one.specifier
    ]
    assert unmet == []


def test_both_locks_agree() -> None:
    plain, dev = (locked(name) for name in LOCKS)
    assert {name: version for name, version in plain.items() if dev.get(name) != version} == {}
