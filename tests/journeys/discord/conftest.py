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
from core import settings as core_settings
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model
from tests.journeys.discord.server import Server


@pytest.fixture
def world() -> DiscordWorld:
    return default_world()


@pytest.fixture
async def server(connections: aiohttp.ClientSession, world: DiscordWorld) -> AsyncIterator[Server]:
    async with serving(create_app(world, Rules())) as url:
        yield Server(connections, url)


@pytest.fixture
def settings(server: Server, model: Model, tmp_path: Path) -> Settings:
    return core_settings.load(
        env_file=None,
        DISCORD_TOKEN=TOKEN,
        DISCORD_API_URL=f"{server.url}/api/v10",
        DISCORD_GATEWAY_URL=f"{server.url.replace('http', 'ws')}/gateway",
        OPENAI_API_KEY="key",
        OPENAI_BASE_URL=f"{model.url}/v1",
        OPENAI_MODEL="parley-playground",
        DATABASE_URL=f"sqlite:///{tmp_path}/parley.db",
        PARLEY_GRACE_S=5,
    )


@pytest.fixture
async def parley(settings: Settings) -> AsyncIterator[Service]:
    async with serving_parley(settings, frozenset({Platform.DISCORD})) as service:
        yield service
