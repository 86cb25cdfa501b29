"""The charting library comes along as its authors have published it: uPlot 1.6.32, with its licence."""

from hashlib import sha256
from pathlib import Path

from bots.admin.app import STATIC

PUBLISHED = {
    "LICENSE": "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd",
    "uPlot.iife.min.js": "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
    "uPlot.min.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
}


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def test_the_charting_library_is_the_one_that_was_published() -> None:
    assert {path.name: digest(path) for path in (STATIC / "uplot").iterdir()} == PUBLISHED
    assert "v1.6.32" in (STATIC / "uplot/uPlot.iife.min.js").read_text(encoding="utf-8")[:80]
