"""What an answer cost: by the operator's own prices, by what the provider says, or by the prices that it publishes.

The last come with genai-prices, which asks no network.
"""

import asyncio
import importlib
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import structlog

from core import addresses, prices
from core.endpoints import Endpoint, EndpointKind, Model
from core.stream import Finish

log = structlog.get_logger()

LIBRARY = "genai_prices"
PRICED = {
    EndpointKind.OPENAI: "openai",
    EndpointKind.AZURE: "azure",
    EndpointKind.ANTHROPIC: "anthropic",
    EndpointKind.OPENROUTER: "openrouter",
}
UNPRICED = frozenset({EndpointKind.OLLAMA, EndpointKind.VLLM, EndpointKind.LMSTUDIO, EndpointKind.LLAMACPP})


class Prices:
    """The price lists. Reading them takes half a second of processor time: it is done in a thread, when needed."""

    def __init__(self, own: prices.Prices | None = None) -> None:
        self._own = own or {}
        self._library: Any = None
        self._reading: asyncio.Task[None] | None = None

    def expect(self, endpoint: Endpoint) -> None:
        """A cost at this endpoint will be asked for soon: read the lists meanwhile, if it may be in them."""
        if self._reading is None and not is_unpriced(endpoint):
            self._reading = asyncio.create_task(asyncio.to_thread(self._read))

    async def cost_usd(self, model: Model, finish: Finish) -> Decimal | None:
        """By the operator's own price, or what the provider itself says, or by its prices; None when none is known."""
        price = prices.of(self._own, model)
        if price is not None:
            return price.cost_usd(finish)
        if finish.cost_usd is not None:
            return finish.cost_usd
        if finish.tokens_in is None or finish.tokens_out is None or is_unpriced(model.endpoint):
            return None
        self.expect(model.endpoint)
        if self._reading is not None:
            await asyncio.shield(self._reading)
        return self._priced(model, finish)

    async def close(self) -> None:
        if self._reading is not None:
            await self._reading

    def _read(self) -> None:
        library = importlib.import_module(LIBRARY)
        library.calc_price(library.Usage(input_tokens=1), "gpt-5", provider_id="openai")
        self._library = library

    def _priced(self, model: Model, finish: Finish) -> Decimal | None:
        cached = min(finish.tokens_cached or 0, finish.tokens_in or 0)
        usage = self._library.Usage(
            input_tokens=finish.tokens_in, output_tokens=finish.tokens_out, cache_read_tokens=cached or None
        )
        provider = PRICED.get(model.endpoint.kind)
        where = {"provider_id": provider} if provider else {"provider_api_url": model.endpoint.base_url}
        for name in dict.fromkeys((finish.model, model.name)):
            try:
                return Decimal(self._library.calc_price(usage, name, **where).total_price)
            except LookupError:
                continue
        return None


def is_unpriced(endpoint: Endpoint) -> bool:
    """Whether nobody publishes a price: for a server of one's own, and whatever is in one's own network."""
    if endpoint.kind is not EndpointKind.OTHER:
        return endpoint.kind in UNPRICED
    host = urlsplit(endpoint.base_url).hostname or ""
    try:
        return not addresses.is_public(host)
    except ValueError:
        return host == "localhost"
