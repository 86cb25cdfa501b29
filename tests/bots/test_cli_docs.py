"""The commands of docs/personas.md do what the page says, one after the other, in a workspace of its own."""

import re
import shlex
from pathlib import Path

import pytest

from storage import encrypted
from tests.bots.saying import GENERAL, RANDOM, Say, meeting

PAGE = (Path(__file__).parents[2] / "docs" / "personas.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("parley ")
]
FILES = {"support.md": "Help people who are stuck.", "key.txt": "sk-example\n"}


@pytest.fixture
def settled(say: Say, environment: dict[str, str]) -> Say:
    """A workspace with two channels, and what an operator would have set."""
    environment["OPENAI_MODEL"] = "gpt-5"
    environment["PARLEY_MODELS"] = "gpt-5-mini"
    environment["PARLEY_ENCRYPTION_KEYS"] = encrypted.new_key()
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="utf-8")
    meeting(GENERAL, RANDOM)
    return say


def words_of(line: str) -> tuple[list[str], str | None]:
    """The arguments, and the file that standard input comes from."""
    words = shlex.split(line, comments=True)[1:]
    if "<" in words:
        return words[: words.index("<")], words[-1]
    return words, None


def test_every_command_of_the_page_works_in_its_order(settled: Say) -> None:
    assert len(COMMANDS) > 30
    for line in COMMANDS:
        words, piped = words_of(line)
        if words[0] == "try" and "--prompt" not in words:
            continue  # it needs a model: tests/bots/test_cli_try.py
        told = settled(*words, input=FILES[piped] if piped else None)
        assert told.exit_code == 0, f"{line}: {told.stderr}"


def test_the_pages_file_can_be_imported_and_comes_out_again(settled: Say) -> None:
    (file,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    settled.done("config", "import", "-", input=file)
    assert settled.done("config", "import", "-", input=file).startswith("There is nothing to change")
    exported = settled.done("config", "export")
    assert set(filter(None, file.splitlines())) <= set(exported.splitlines())
