from decimal import Decimal
from pathlib import Path

import pytest

from core import prices
from core.endpoints import Endpoint, EndpointKind, Model, capabilities
from core.spend import Prices
from core.stream import Finish

OWN = """\
["local/qwen"]
input = 0.5
cached = 0.1
output = 2

["local/*"]
input = 1
output = 1
"""
FINISH = Finish(tokens_in=1_000_000, tokens_out=500_000, tokens_cached=400_000, cost_usd=Decimal(77))


def model(name: str, endpoint_name: str = "local") -> Model:
    endpoint = Endpoint(
        name=endpoint_name, kind=EndpointKind.VLLM, base_url="http://127.0.0.1:8000/v1", answer_tokens=1_000
    )
    return Model(endpoint, name, capabilities(endpoint, name))


@pytest.fixture
def own(tmp_path: Path) -> Prices:
    path = tmp_path / "prices.toml"
    path.write_text(OWN)
    return Prices(prices.read(path))


async def test_an_own_price_comes_first_and_cached_tokens_have_theirs(own: Prices) -> None:
    assert await own.cost_usd(model("qwen"), FINISH) == Decimal("0.3") + Decimal("0.04") + Decimal(1)


async def test_a_price_of_an_endpoint_holds_for_its_other_models(own: Prices) -> None:
    assert await own.cost_usd(model("other"), FINISH) == Decimal("1.5")


async def test_where_no_own_price_is_what_the_provider_says_holds(own: Prices) -> None:
    assert await own.cost_usd(model("qwen", "elsewhere"), FINISH) == Decimal(77)


async def test_without_tokens_no_own_price_tells_a_cost(own: Prices) -> None:
    assert await own.cost_usd(model("qwen"), Finish()) is None


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("input = 1", "Expected `object`"),
        ('["a"]\ninput = 1', "missing required field `output`"),
        ('["a"]\ninput = -1\noutput = 1', "0 or more"),
        ('["a"]\ninput = nan\noutput = 1', "0 or more"),
        ("[", "is no TOML"),
    ],
)
def test_a_file_of_prices_that_is_wrong_says_what_is_wrong(tmp_path: Path, written: str, wrong: str) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(written)
    with pytest.raises(ValueError, match=wrong):
        prices.read(path)
