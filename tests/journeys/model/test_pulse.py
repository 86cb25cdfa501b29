"""How the operator's endpoints are, as real servers tell it to a ping that costs nothing."""

from typing import Any

import pytest

from core import settings
from core.asking import Asking
from tests.journeys.control import Model


async def unwell(given: dict[str, Any], **others: str) -> str:
    asking = Asking(settings.load(env_file=None, **given | others))
    try:
        return await asking.unwell()
    finally:
        await asking.close()


async def test_a_ping_finds_an_endpoint_well_and_asks_it_for_no_answer(given: dict[str, Any], model: Model) -> None:
    assert await unwell(given) == ""
    assert await model.requests() == []


@pytest.mark.parametrize(
    ("key", "why"), [("second-key", ""), ("another", "default:refused_key")], ids=["right", "wrong"]
)
async def test_a_ping_tells_that_a_key_is_refused(given: dict[str, Any], second: Model, key: str, why: str) -> None:
    assert await unwell(given, OPENAI_BASE_URL=f"{second.url}/v1", OPENAI_API_KEY=key) == why


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://127.0.0.1:9/v1", "default:unreachable"),
        ("{model}/nowhere", ""),
        ("{model}", ""),
    ],
    ids=["nobody there", "no such address", "no list of models"],
)
async def test_a_ping_tells_whether_anybody_answers(
    given: dict[str, Any], model: Model, address: str, why: str
) -> None:
    assert await unwell(given, OPENAI_BASE_URL=address.format(model=model.url)) == why
