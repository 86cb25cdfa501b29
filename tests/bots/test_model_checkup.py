from pathlib import Path
from typing import Any

import pytest

from bots import model_checkup
from bots.findings import Finding, Grade
from core import settings
from tests.bots.conftest import Outside

pytestmark = pytest.mark.usefixtures("environment")


async def found(outside: Outside, tmp_path: Path, other: str = "", **given: Any) -> list[Finding]:
    """What is found of the first endpoint and of another one at the same server."""
    path = tmp_path / "endpoints.toml"
    path.write_text(f'[other]\nbase_url = "{outside.model.url}/v1"\nmodels = ["{other}"]\n', encoding="utf-8")
    file = {"PARLEY_ENDPOINTS": str(path)} if other else {}
    return await model_checkup.checkup(settings.load(None, **outside.settings, **file, **given))


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
