from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bots.playground.serving import serving
from bots.playground.slack.rules import Rules
from bots.playground.slack.server import create_app
from bots.service import Service
from bots.service import serving as serving_parley
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model
from tests.journeys.settings import settings_with
from tests.journeys.slack.workspace import Workspace


@pytest.fixture
async def workspace(connections: aiohttp.ClientSession) -> AsyncIterator[Workspace]:
    async with serving(create_app(rules=Rules())) as url:
        yield Workspace(connections, url)


@pytest.fixture
def settings(workspace: Workspace, model: Model, tmp_path: Path) -> Settings:
    return settings_with(
        model,
        tmp_path,
        SLACK_BOT_TOKEN="xoxb-playground",
        SLACK_APP_TOKEN="xapp-playground",
        SLACK_API_URL=f"{workspace.url}/api/",
    )


@pytest.fixture
async def parley(settings: Settings) -> AsyncIterator[Service]:
    async with serving_parley(settings, frozenset({Platform.SLACK})) as service:
        yield service
