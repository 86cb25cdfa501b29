"""The commands that the documentation gives, with the page and the line that they are on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from bots.cli import parley
from tests.house.references import ROOT

PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "benchmarks/README.md",
    *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
)
FENCE = re.compile(r"^ *```(\w*)$")
SHELLS = ("sh", "console")
PROMPT = "$ "
INDENTED = re.compile(r"^ {4}((?:make|python|\.venv/bin/\w+|parley) .+)$")
COMMENT = re.compile(r"(?:^| +)# .*$")
CONTINUED = re.compile(r" *\\\n *")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced part of a page."""

    page: str
    line: int
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """One line for a shell, without what is said beside it, and the `##` that it is below."""

    page: str
    line: int
    text: str

    @property
    def section(self) -> str:
        above = _lines(self.page)[: self.line]
        return next((line.removeprefix("## ") for line in reversed(above) if line.startswith("## ")), "")


def commands(page: str) -> list[Command]:
    """Every command of a page's shell blocks, and of its indented lines, in their order."""
    told = [*_fenced(page), *_indented(page)]
    return sorted(told, key=lambda command: command.line)


def blocks(page: str) -> Iterator[Block]:
    """Every fenced block; its text is shifted to the left as far as its fence."""
    opened: tuple[int, str, int] | None = None
    inside: list[str] = []
    for number, line in enumerate(_lines(page), 1):
        fence = FENCE.match(line)
        if fence and opened is None:
            opened, inside = (number, fence[1], line.index("`")), []
        elif fence and opened is not None:
            start, language, _ = opened
            yield Block(page, start, language, "".join(f"{one}\n" for one in inside))
            opened = None
        elif opened is not None:
            inside.append(line[opened[2] :])


def command_exists(words: list[str]) -> bool:
    """Whether `parley` has this command, or takes these words as arguments of one."""
    command: click.Command | None = parley
    for word in words:
        if not isinstance(command, click.Group):
            return True
        command = command.get_command(click.Context(command), word)
    return command is not None


def _fenced(page: str) -> Iterator[Command]:
    for block in blocks(page):
        if block.language not in SHELLS:
            continue
        whole = CONTINUED.sub(" ", block.text)
        for number, line in enumerate(whole.splitlines(), block.line + 1):
            if block.language == "console" and not line.startswith(PROMPT):
                continue
            text = without_comment(line.removeprefix(PROMPT))
            if text:
                yield Command(page, number, text)


def _indented(page: str) -> Iterator[Command]:
    is_fenced = False
    for number, line in enumerate(_lines(page), 1):
        is_fenced ^= bool(FENCE.match(line))
        if not is_fenced and (found := INDENTED.match(line)):
            yield Command(page, number, found[1].partition("   ")[0])


def without_comment(line: str) -> str:
    return COMMENT.sub("", line).strip()


def _lines(page: str) -> list[str]:
    return Path(ROOT, page).read_text(encoding="utf-8").splitlines()
