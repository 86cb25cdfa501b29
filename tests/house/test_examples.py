"""The files and the code that the documentation shows are taken by what reads them."""

import asyncio
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core import prices, settings
from core.models import Models
from core.tools import servers
from storage import encrypted
from tests.bots.saying import GENERAL, Say, meeting, within
from tests.house.pages import PAGES, Block, blocks

ALL = [block for page in PAGES for block in blocks(page)]
TOML = [block for block in ALL if block.language == "toml"]
PYTHON = [block for block in ALL if block.language == "python"]


def endpoints(path: Path) -> object:
    return Models(settings.load(None, OPENAI_MODEL="gpt-5", PARLEY_ENDPOINTS=str(path))).offered()


def tool_servers(path: Path) -> object:
    return servers.read(path, lambda name: f"the value of {name}")


READERS: dict[str, Callable[[Path], object]] = {
    "base_url =": endpoints,
    "input =": prices.read,
    "command =": tool_servers,
}


def reader(text: str) -> Callable[[Path], object] | None:
    """What reads a file with such a word in it; None for a workspace's configuration."""
    return next((found for word, found in READERS.items() if word in text), None)


@pytest.fixture
def say(tmp_path: Path, environment: dict[str, str], own_logs: None) -> Iterator[Say]:
    environment |= {"PARLEY_ENCRYPTION_KEYS": encrypted.new_key(), "ROUTER_KEY": "sk-router"}
    with within(tmp_path) as say:
        yield say


@pytest.mark.parametrize("block", TOML, ids=lambda block: f"{block.page}:{block.line}")
def test_a_file_is_a_right_one(block: Block, say: Say) -> None:
    path = Path("shown.toml")
    path.write_text(block.text, encoding="utf-8")
    read = reader(block.text)
    if read is not None:
        assert read(path)
        return
    meeting(GENERAL)
    assert not say.done("config", "import", "shown.toml").startswith("There is nothing to change")
    assert say.done("config", "import", "shown.toml").startswith("There is nothing to change")
    assert holds(tomllib.loads(say.done("config", "export")), tomllib.loads(block.text))


def holds(whole: Any, part: Any) -> bool:
    """Whether all that a file says is in another, however it is written."""
    if isinstance(part, dict):
        return all(name in whole and holds(whole[name], value) for name, value in part.items())
    if isinstance(part, list):
        return all(any(holds(one, value) for one in whole) for value in part)
    return bool(whole == part)


@pytest.mark.parametrize("block", PYTHON, ids=lambda block: f"{block.page}:{block.line}")
def test_a_coroutine_does_what_it_says(block: Block) -> None:
    names: dict[str, Callable[[], object]] = {}
    exec(compile(block.text, block.page, "exec"), names)  # noqa: S102
    (coroutine,) = (made for name, made in names.items() if f"async def {name}(" in block.text)
    asyncio.run(coroutine())  # type: ignore[arg-type]
