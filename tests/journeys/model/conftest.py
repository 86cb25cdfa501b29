from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bots.playground.model.rules import Rules as ModelRules
from bots.playground.model.server import create_app as model_app
from bots.playground.serving import serving
from bots.playground.slack.rules import Rules
from bots.playground.slack.server import create_app
from bots.service import Service
from bots.service import serving as serving_parley
from core import settings
from storage.words import Platform
from tests.journeys.control import Model
from tests.journeys.slack.workspace import Workspace

Start = Callable[..., AbstractAsyncContextManager[Service]]


@pytest.fixture
async def workspace(connections: aiohttp.ClientSession) -> AsyncIterator[Workspace]:
    async with serving(create_app(rules=Rules())) as url:
        yield Workspace(connections, url)


@pytest.fixture
async def second(connections: aiohttp.ClientSession) -> AsyncIterator[Model]:
    """Another endpoint, with a model of its own."""
    rules = ModelRules(first_token_s=0.0, tokens_per_s=0.0, models=("second",), require_key="second-key")
    async with serving(model_app(rules)) as url:
        yield Model(connections, url)


@pytest.fixture
def given(workspace: Workspace, model: Model, tmp_path: Path) -> dict[str, Any]:
    """The settings that Parley starts with."""
    return {
        "SLACK_BOT_TOKEN": "xoxb-playground",
        "SLACK_APP_TOKEN": "xapp-playground",
        "SLACK_API_URL": f"{workspace.url}/api/",
        "OPENAI_API_KEY": "first-key",
        "OPENAI_BASE_URL": f"{model.url}/v1",
        "OPENAI_MODEL": "parley-playground",
        "DATABASE_URL": f"sqlite:///{tmp_path}/parley.db",
        "PARLEY_GRACE_S": 5,
    }


@pytest.fixture
def parley(given: dict[str, Any]) -> Start:
    """Starts Parley with the settings, and others beside or in place of them."""

    def start(**others: Any) -> AbstractAsyncContextManager[Service]:
        return serving_parley(settings.load(env_file=None, **given | others), frozenset({Platform.SLACK}))

    return start


@pytest.fixture
def endpoints_file(tmp_path: Path, second: Model, environment: dict[str, str]) -> str:
    """A file that names the second endpoint."""
    environment["SECOND_KEY"] = "second-key"
    path = tmp_path / "endpoints.toml"
    path.write_text(
        f'[other]\nbase_url = "{second.url}/v1"\napi_key_env = "SECOND_KEY"\nmodels = ["second"]\n', encoding="utf-8"
    )
    return str(path)
