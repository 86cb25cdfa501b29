"""A folder with the project's files, in which whoever sets Parley up has written a `.env`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bots.saying import within
from tests.house.outside import outside
from tests.house.references import ROOT

FILES = (".dockerignore", "LICENSE", "Makefile", "README.md", "pyproject.toml", "requirements.lock")
FOLDERS = ("bots", "core", "deploy", "storage")


@contextmanager
def within_one(folder: Path) -> Iterator[None]:
    """It is the working directory for as long as the block runs, and its settings lead to the local servers."""
    project = folder / "project"
    project.mkdir()
    for name in (*FILES, *FOLDERS):
        (project / name).symlink_to(ROOT / name)
    with outside() as settings, within(project):
        lines = [f"{name}={value}\n" for name, value in settings.items()]
        (project / ".env").write_text("".join(lines), encoding="utf-8")
        yield
