from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bots.playground.discord.default_world import TOKEN, default_world
from bots.playground.discord.rules import Rules
from bots.playground.discord.server import create_app
from bots.playground.discord.world import DiscordWorld
from bots.playground.serving import serving
from bots.service import Service
from bots.service import serving as serving_parley
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model
from tests.journeys.discord.server import Server
from tests.journeys.settings import settings_with


@pytest.fixture
def world() -> DiscordWorld:
    return default_world()


@pytest.fixture
async def server(connections: aiohttp.ClientSession, world: DiscordWorld) -> AsyncIterator[Server]:
    async with serving(create_app(world, Rules())) as url:
        yield Server(connections, url)


@pytest.fixture
def settings(server: Server, model: Model, tmp_path: Path) -> Settings:
    return settings_with(
        model,
        tmp_path,
        DISCORD_TOKEN=TOKEN,
        DISCORD_API_URL=f"{server.url}/api/v10",
        DISCORD_GATEWAY_URL=f"{server.url.replace('http', 'ws')}/gateway",
    )


@pytest.fixture
async def parley(settings: Settings) -> AsyncIterator[Service]:
    async with serving_parley(settings, frozenset({Platform.DISCORD})) as service:
        yield service
