from collections.abc import AsyncIterator

import aiohttp
import pytest

from bots.playground.model.rules import Rules as ModelRules
from bots.playground.model.server import create_app as model_app
from bots.playground.serving import serving
from tests.journeys.control import Model


@pytest.fixture
async def connections() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def model(connections: aiohttp.ClientSession) -> AsyncIterator[Model]:
    async with serving(model_app(ModelRules(first_token_s=0.0, tokens_per_s=0.0))) as url:
        yield Model(connections, url)
