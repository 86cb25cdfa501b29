from collections.abc import AsyncIterator

import aiohttp
import pytest
from openai import AsyncOpenAI

from bots.playground.model.driver import ModelDriver
from bots.playground.model.rules import Rules
from bots.playground.model.server import create_app
from bots.playground.serving import serving


@pytest.fixture
async def model() -> AsyncIterator[ModelDriver]:
    async with serving(create_app(Rules(first_token_s=0, tokens_per_s=0))) as url, aiohttp.ClientSession() as http:
        yield ModelDriver(url, http)


@pytest.fixture
async def client(model: ModelDriver) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(api_key="sk-test", base_url=f"{model.url}/v1", max_retries=0) as client:
        yield client
