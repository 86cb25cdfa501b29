"""A served local Discord, and the real library.py client pointed at it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bots.playground.discord.rules import Rules
from tests.bots.playground.discord.driving import Bot, Place, connected, library, opened


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    """A Discord with the default rules."""
    async with opened() as here:
        yield here


@pytest.fixture
async def quick() -> AsyncIterator[Place]:
    """A Discord without rate limits, which forgives nothing else."""
    async with opened(Rules(rate_limits=False)) as here:
        yield here


@pytest.fixture(autouse=True)
def _library_addresses() -> Iterator[None]:
    """What a test points elsewhere is pointed back."""
    api, gateway = library.http.Route.BASE, library.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    yield
    library.http.Route.BASE, library.gateway.DiscordWebSocket.DEFAULT_GATEWAY = api, gateway


@pytest.fixture
async def bot(quick: Place) -> AsyncIterator[Bot]:
    """A ready bot in the Discord of `quick`."""
    async with connected(quick) as ready:
        yield ready
