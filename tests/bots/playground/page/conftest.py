from collections.abc import AsyncIterator

import aiohttp
import pytest

from bots.playground.discord import server as discord_server
from bots.playground.model import server as model_server
from bots.playground.model.rules import Rules
from bots.playground.page.server import create_app
from bots.playground.serving import serving
from bots.playground.slack import server as slack_server


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """The page with all three local servers below it."""
    app = create_app(
        slack_server.create_app(),
        discord_server.create_app(),
        model_server.create_app(Rules(first_token_s=0, tokens_per_s=0)),
        answering="Built-in model",
    )
    async with serving(app) as address:
        yield address


@pytest.fixture
async def http(url: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(url) as session:
        yield session
