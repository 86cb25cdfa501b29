"""The operator's own prices: a TOML file with a table for each model, in dollars for a million tokens.

They come before what a provider says or publishes, and give a price to models that nobody else has one for.
"""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import msgspec

from core.endpoints import Model
from core.stream import Finish

MILLION = 1_000_000


class Price(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a million tokens cost; those that the provider had `cached` cost as much as others where nothing is said."""

    input: Decimal
    output: Decimal
    cached: Decimal | None = None

    def cost_usd(self, finish: Finish) -> Decimal | None:
        """None when it is not known how many tokens an answer took."""
        if finish.tokens_in is None or finish.tokens_out is None:
            return None
        cached = min(finish.tokens_cached or 0, finish.tokens_in)
        of_cached = self.input if self.cached is None else self.cached
        whole = (finish.tokens_in - cached) * self.input + cached * of_cached + finish.tokens_out * self.output
        return whole / MILLION


Prices = Mapping[str, Price]


def read(path: Path) -> dict[str, Price]:
    """The file's prices, by the names that people choose models with. Raises ValueError with what is wrong with it."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is no TOML: {error}") from error
    return {name: _price(path, name, table) for name, table in tables.items()}


def _price(path: Path, name: str, table: object) -> Price:
    try:
        price = msgspec.convert(table, Price)
    except msgspec.ValidationError as error:
        raise ValueError(f"{path}, [{name!r}]: {error}") from error
    if any(not of.is_finite() or of < 0 for of in (price.input, price.output, price.cached or Decimal(0))):
        raise ValueError(f"{path}, [{name!r}]: a price is a number of dollars, 0 or more")
    return price


def of(prices: Prices, model: Model) -> Price | None:
    """The price of a model: its own, else that of all of its endpoint, called `endpoint/*`."""
    return prices.get(model.ref) or prices.get(f"{model.endpoint.name}/*")
