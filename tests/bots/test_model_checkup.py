import sys
from pathlib import Path
from typing import Any

import pytest

from bots import model_checkup
from bots.findings import Finding, Grade
from core import settings
from tests.bots.conftest import Outside
from tests.vocabularies.tiktoken_ext import small

pytestmark = pytest.mark.usefixtures("environment")


async def found(outside: Outside, tmp_path: Path, other: str = "", **given: Any) -> list[Finding]:
    """What is found of the first endpoint and of another one at the same server; how tokens are counted left out."""
    path = tmp_path / "endpoints.toml"
    path.write_text(f'[other]\nbase_url = "{outside.model.url}/v1"\nmodels = ["{other}"]\n', encoding="utf-8")
    file = {"PARLEY_ENDPOINTS": str(path)} if other else {}
    findings = await model_checkup.checkup(settings.load(None, **outside.settings, **file, **given))
    return [finding for finding in findings if finding.subject == "model"]


async def counted(outside: Outside, folder: Path, **given: Any) -> Finding:
    """What is found of how tokens are counted."""
    loaded = settings.load(None, **outside.settings, TIKTOKEN_CACHE_DIR=str(folder), **given)
    (finding,) = [finding for finding in await model_checkup.checkup(loaded) if finding.subject == "tokens"]
    return finding


async def test_each_endpoint_is_asked(outside: Outside, tmp_path: Path) -> None:
    findings = await found(outside, tmp_path, "parley-playground")
    assert [finding.grade for finding in findings] == [Grade.OK, Grade.OK]
    assert len(await outside.model.requests()) == 2


async def test_a_fault_of_another_endpoint_names_it_and_its_file(outside: Outside, tmp_path: Path) -> None:
    first, other = await found(outside, tmp_path, "nowhere")
    assert first.grade is Grade.OK
    assert other.text.startswith("other/nowhere: there is no such model or address")
    assert "the models of [other] in PARLEY_ENDPOINTS" in other.text


async def test_the_fallback_model_is_asked_too(outside: Outside, tmp_path: Path) -> None:
    _, fallback = await found(outside, tmp_path, PARLEY_FALLBACK_MODEL="nowhere")
    assert fallback.grade is Grade.FAIL
    assert fallback.text.startswith("nowhere: ")


async def test_what_had_to_be_left_out_is_told_and_is_no_fault(outside: Outside, tmp_path: Path) -> None:
    await outside.model.patch("/control/rules", unsupported=["stream_options"])
    (finding,) = await found(outside, tmp_path)
    assert finding.grade is Grade.OK
    assert finding.text.endswith("1 of its parameters had to be left out")


async def test_no_credit_is_told_from_too_many_requests(outside: Outside, tmp_path: Path) -> None:
    await outside.model.will_say(status=429, body={"error": {"message": "no", "code": "insufficient_quota"}})
    (finding,) = await found(outside, tmp_path)
    assert "no credit is left" in finding.text


async def test_how_tokens_are_counted_is_told_and_how_to_have_a_vocabulary(outside: Outside, tmp_path: Path) -> None:
    folder = tmp_path / "our vocabularies"
    small.fetched(folder, b"half of it")
    for encoding, grade, text in [
        ("", Grade.OK, "those of parley-playground are estimated: no vocabulary is known for it"),
        ("none", Grade.OK, "those of parley-playground are estimated: that is how it was set"),
        ("o300k", Grade.WARN, "tiktoken knows no encoding 'o300k', but cl100k_base, "),
        ("small", Grade.OK, "is not the vocabulary that it is to be; to have them counted: TIKTOKEN_CACHE_DIR='"),
    ]:
        finding = await counted(outside, folder, PARLEY_ENCODING=encoding)
        assert finding.grade is grade
        assert text in finding.text
    missing = await counted(outside, tmp_path, PARLEY_ENCODING="o200k_base")
    command = (
        f"TIKTOKEN_CACHE_DIR={tmp_path} {sys.executable} -c \"import tiktoken; tiktoken.get_encoding('o200k_base')\""
    )
    assert missing.text.endswith(f"its vocabulary is not in {tmp_path}; to have them counted: {command}")
    small.fetched(folder)
    there = await counted(outside, folder, PARLEY_ENCODING="small")
    assert there == Finding(Grade.OK, "tokens", f"those of parley-playground are counted by small, from {folder}")
