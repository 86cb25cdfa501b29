from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bots.playground.serving import serving
from bots.playground.slack.rules import Rules
from bots.playground.slack.server import create_app
from bots.service import Service
from bots.service import serving as serving_parley
from core import settings as core_settings
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model
from tests.journeys.slack.workspace import Workspace


@pytest.fixture
async def workspace(connections: aiohttp.ClientSession) -> AsyncIterator[Workspace]:
    async with serving(create_app(rules=Rules())) as url:
        yield Workspace(connections, url)


@pytest.fixture
def settings(workspace: Workspace, model: Model, tmp_path: Path) -> Settings:
    return core_settings.load(
        env_file=None,
        SLACK_BOT_TOKEN="xoxb-playground",
        SLACK_APP_TOKEN="xapp-playground",
        SLACK_API_URL=f"{workspace.url}/api/",
        OPENAI_API_KEY="key",
        OPENAI_BASE_URL=f"{model.url}/v1",
        OPENAI_MODEL="parley-playground",
        DATABASE_URL=f"sqlite:///{tmp_path}/parley.db",
        PARLEY_GRACE_S=5,
    )


@pytest.fixture
async def parley(settings: Settings) -> AsyncIterator[Service]:
    async with serving_parley(settings, frozenset({Platform.SLACK})) as service:
        yield service
