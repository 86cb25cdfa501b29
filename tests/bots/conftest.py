from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bots.playground.discord.server import create_app as discord_app
from bots.playground.model.rules import Rules as ModelRules
from bots.playground.model.server import create_app as model_app
from bots.playground.serving import serving
from bots.playground.slack.server import create_app as slack_app
from tests.bots.command_line import CommandLine
from tests.bots.saying import Say, within
from tests.journeys.control import Control, Model


@dataclass(frozen=True, slots=True)
class Outside:
    """The local servers that a command speaks to."""

    slack: Control
    discord: Control
    model: Model

    @property
    def settings(self) -> dict[str, str]:
        return {
            "SLACK_BOT_TOKEN": "xoxb-playground",
            "SLACK_APP_TOKEN": "xapp-playground",
            "SLACK_API_URL": f"{self.slack.url}/api/",
            "DISCORD_TOKEN": "discord-playground",
            "DISCORD_API_URL": f"{self.discord.url}/api/v10",
            "DISCORD_GATEWAY_URL": f"ws{self.discord.url.removeprefix('http')}/gateway",
            "OPENAI_BASE_URL": f"{self.model.url}/v1",
            "OPENAI_MODEL": "parley-playground",
        }


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    rules = ModelRules(first_token_s=0.0, tokens_per_s=0.0)
    async with (
        serving(slack_app()) as slack,
        serving(discord_app()) as discord,
        serving(model_app(rules)) as model,
        aiohttp.ClientSession() as connections,
    ):
        yield Outside(Control(connections, slack), Control(connections, discord), Model(connections, model))


@pytest.fixture
def alone(tmp_path: Path) -> CommandLine:
    """A command line with no setting at all."""
    return CommandLine(tmp_path, {})


@pytest.fixture
def command_line(tmp_path: Path, outside: Outside) -> CommandLine:
    """A command line that is set up for the local servers."""
    return CommandLine(tmp_path, outside.settings)


@pytest.fixture
def say(tmp_path: Path, environment: dict[str, str], own_logs: None) -> Iterator[Say]:
    """Runs `parley …` in a folder of its own, with no setting at all."""
    with within(tmp_path) as say:
        yield say
