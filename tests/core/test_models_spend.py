from decimal import Decimal

import pytest

from core.endpoints import Endpoint, EndpointKind, Model, capabilities
from core.spend import Prices
from core.stream import Finish


def model(kind: EndpointKind, name: str, base_url: str = "http://127.0.0.1:8000/v1") -> Model:
    endpoint = Endpoint(name="default", kind=kind, base_url=base_url, context_tokens=9_000, answer_tokens=1_000)
    return Model(endpoint, name, capabilities(endpoint, name))


async def cost(asked: Model, finish: Finish) -> Decimal | None:
    prices = Prices()
    found = await prices.cost_usd(asked, finish)
    await prices.close()
    return found


async def test_an_answer_costs_what_the_provider_publishes_and_cached_tokens_less() -> None:
    asked = model(EndpointKind.OPENAI, "gpt-5-mini")
    whole = await cost(asked, Finish(tokens_in=10_000, tokens_out=100))
    cached = await cost(asked, Finish(tokens_in=10_000, tokens_out=100, tokens_cached=8_000))
    assert whole is not None
    assert cached is not None
    assert 0 < cached < whole < Decimal(1)


async def test_the_model_that_answered_counts_and_else_the_one_that_was_asked() -> None:
    named = await cost(model(EndpointKind.OPENAI, "gpt-4o"), Finish(model="no-such", tokens_in=1_000, tokens_out=1))
    assert named == await cost(model(EndpointKind.OPENAI, "gpt-4o"), Finish(tokens_in=1_000, tokens_out=1))


async def test_what_the_provider_says_comes_first() -> None:
    assert await cost(model(EndpointKind.OPENROUTER, "a/b"), Finish(cost_usd=Decimal("0.5"))) == Decimal("0.5")


@pytest.mark.parametrize("kind", [EndpointKind.OLLAMA, EndpointKind.OTHER])
async def test_what_nobody_publishes_is_not_known(kind: EndpointKind) -> None:
    assert await cost(model(kind, "gpt-4o"), Finish(tokens_in=1, tokens_out=1)) is None


async def test_without_usage_no_cost_is_known() -> None:
    assert await cost(model(EndpointKind.OPENAI, "gpt-4o"), Finish()) is None
