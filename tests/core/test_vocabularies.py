"""Counting by a vocabulary that is on disk: what it counts, what it never costs, and that nothing is fetched."""

import asyncio
import os
import sys
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiktoken import Encoding

from core import settings, tokens, vocabularies
from core.models import Models
from core.vocabularies import NotThere, Unusable, Vocabulary
from tests.vocabularies.tiktoken_ext import small

PLUGINS = Path(small.__file__).parents[1]
FETCHES = "import tiktoken; tiktoken.get_encoding('o200k_base')"
LOADS = """
import sys
from core import settings, tokens, vocabularies
from core.models import Models
given = dict(env_file=None, OPENAI_MODEL="gpt-4o", PARLEY_MODELS="gpt-4o,gpt-4,o3,gpt-oss-20b")
Models(settings.load(**given, TIKTOKEN_CACHE_DIR="/nowhere")).load_vocabularies()
assert not any(name.startswith("tiktoken") for name in sys.modules)
models = Models(settings.load(**given))
models.load_vocabularies()
assert "tiktoken" in sys.modules
assert "requests" not in sys.modules
assert models.choose().count is tokens.estimate
"""
WITHOUT = """
import sys
sys.modules["tiktoken"] = None
from pathlib import Path
from core import settings, tokens, vocabularies
from core.models import Models
for encoding in ("", "o200k_base"):
    models = Models(settings.load(env_file=None, OPENAI_MODEL="gpt-4o", PARLEY_ENCODING=encoding))
    models.load_vocabularies()
    assert models.choose().count is tokens.estimate
try:
    vocabularies.load("o200k_base", Path())
except vocabularies.NotInstalled as reason:
    assert "pip install 'parley[tiktoken]'" in str(reason)
"""


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    folder = tmp_path_factory.mktemp("vocabularies")
    small.fetched(folder)
    return vocabularies.load("small", folder)


def models(folder: Path, encoding: str = "small", model: str = "a-model") -> Models:
    return Models(
        settings.load(
            env_file=None,
            OPENAI_MODEL=model,
            PARLEY_ENCODING=encoding,
            TIKTOKEN_CACHE_DIR=str(folder),
            OPENAI_API_KEY="k",
        )
    )


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[dict[str, str], list[bytes]]]:
    """An environment in which every request over the network goes through a proxy, and what that has heard."""
    heard: list[bytes] = []

    async def hear(reader: StreamReader, writer: StreamWriter) -> None:
        heard.append(await reader.readline())
        writer.close()

    async with await asyncio.start_server(hear, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        proxies = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"), url)
        yield os.environ | proxies | {"no_proxy": "", "NO_PROXY": ""}, heard


async def python(code: str, environment: dict[str, str]) -> str:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, env=environment, stderr=PIPE)
    _, said = await process.communicate()
    return said.decode()


async def test_a_vocabulary_that_is_missing_or_broken_is_never_fetched(tmp_path: Path) -> None:
    async with listening() as (environment, heard):
        environment |= {"TIKTOKEN_CACHE_DIR": str(tmp_path)}
        assert "requests.exceptions" in await python(FETCHES, environment)
        assert [line.split()[:2] for line in heard] == [[b"CONNECT", b"openaipublic.blob.core.windows.net:443"]]
        heard.clear()
        assert await python(LOADS, environment) == ""
        broken = tmp_path / "fb374d419588a4632f3f557e76b4b70aebbca790"
        broken.write_bytes(b"IQ== 0\n")
        assert await python(LOADS, environment) == ""
        assert heard == []
        assert broken.read_bytes() == b"IQ== 0\n"


async def test_without_tiktoken_tokens_are_estimated(tmp_path: Path) -> None:
    assert await python(WITHOUT, os.environ | {"TIKTOKEN_CACHE_DIR": str(tmp_path)}) == ""


def test_tokens_are_counted_once_the_vocabulary_is_loaded(tmp_path: Path) -> None:
    small.fetched(tmp_path)
    given = models(tmp_path)
    before = given.choose()
    given.load_vocabularies()
    model = given.choose()
    assert before.count is tokens.estimate
    assert (model.count(" parley and so on"), model.count("xyz"), model.count("")) == (4, 3, 1)
    given.gauge.took(before.identity, 1_000, 2_000)
    assert given.refreshed(before).measured.ratio == 1.0


@pytest.mark.parametrize(
    ("encoding", "content"), [("small", None), ("small", b""), ("small", b"no"), ("unheard_of", None), ("none", None)]
)
def test_tokens_are_estimated_where_there_is_nothing_to_count_by(
    tmp_path: Path, encoding: str, content: bytes | None
) -> None:
    if content is not None:
        small.fetched(tmp_path, content)
    given = models(tmp_path, encoding)
    given.load_vocabularies()
    assert given.choose().count is tokens.estimate


def test_why_a_vocabulary_cannot_be_used_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotThere, match="is not in"):
        vocabularies.load("o200k_harmony", tmp_path)
    with pytest.raises(Unusable, match="a kind that is not read here"):
        vocabularies.load("gpt2", tmp_path)
    with pytest.raises(Unusable, match="knows no encoding 'o300k', but cl100k_base, "):
        vocabularies.load("o300k", tmp_path)


@pytest.mark.parametrize(
    ("model", "encoding"),
    [
        ("gpt-4o-mini", "o200k_base"),
        ("openai/gpt-5.2", "o200k_base"),
        ("gpt-4", "cl100k_base"),
        ("gpt-oss-20b", "o200k_harmony"),
        ("qwen3", ""),
    ],
)
def test_the_name_of_a_model_tells_its_encoding_unless_it_is_set(tmp_path: Path, model: str, encoding: str) -> None:
    first = models(tmp_path, "", model).choose()
    assert vocabularies.encoding_of(first.endpoint, first.name) == encoding
    first = models(tmp_path, "small", model).choose()
    assert vocabularies.encoding_of(first.endpoint, first.name) == "small"


@given(st.text(max_size=300))
def test_any_text_can_be_counted(vocabulary: Vocabulary, text: str) -> None:
    assert 1 <= vocabulary(text) <= len(text.encode("utf-8", "replace")) + 1
    assert vocabulary(text) == vocabulary(text)


@pytest.mark.parametrize("text", ["the answer and so on, ", "a", " ", "🎉", "x1 ", "\ud800"])
def test_a_huge_text_is_counted_by_pieces_of_it(vocabulary: Vocabulary, text: str) -> None:
    known, took = vocabulary(text * 100), vocabulary(text * 20_000)
    assert known * 190 <= took <= known * 250


def test_of_a_huge_text_no_more_is_counted_than_of_a_long_one() -> None:
    counted: list[int] = []

    @dataclass
    class Counting:
        name: str = "counting"

        def encode_ordinary(self, text: str) -> list[int]:
            counted.append(len(text))
            return [0] * len(text)

    Vocabulary(cast("Encoding", Counting()))(" " * 10_000_000)
    assert sum(counted) <= vocabularies.LONGEST


def test_what_was_counted_is_known_for_a_while(vocabulary: Vocabulary) -> None:
    for number in range(vocabularies.MOST_KNOWN + 10):
        vocabulary(str(number))
    assert len(vocabulary._known) <= vocabularies.MOST_KNOWN  # noqa: SLF001
