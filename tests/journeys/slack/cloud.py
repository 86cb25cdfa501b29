"""Two workspaces behind one Web API, and Parley, which people install in them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from cryptography.fernet import Fernet

from bots.playground.serving import serving
from bots.playground.slack.cloud import Cloud, create_cloud
from bots.playground.slack.default_world import default_world
from bots.playground.slack.grants import Grants
from bots.playground.slack.world import SlackWorld, Team
from bots.slack import scopes
from core.settings import Settings
from tests.journeys.control import Control, Model
from tests.journeys.settings import settings_with
from tests.journeys.slack.over_http import SECRET, parley_over_http
from tests.journeys.slack.workspace import Workspace

OFFICE, BAKERY = "T0PARLEY00", "T0BAKERY00"
CLIENT_ID, CLIENT_SECRET = "123.456", "client-secret"
KEY = Fernet.generate_key().decode()


def bakery() -> SlackWorld:
    """A second workspace, where everybody and everything has the ids that they have in the first."""
    world = default_world()
    world.team = Team(BAKERY, "Bäckerei <b>&", "bakery")
    return world


@dataclass(frozen=True, slots=True)
class Town:
    """The cloud with its workspaces, as people and tests reach it."""

    connections: aiohttp.ClientSession
    url: str
    cloud: Cloud
    office: Workspace
    bakery: Workspace

    @property
    def control(self) -> Control:
        return Control(self.connections, self.url)

    @asynccontextmanager
    async def parley(self, settings: Settings) -> AsyncIterator[str]:
        """Parley's address, which the workspaces send to."""
        async with parley_over_http(settings) as url:
            self.cloud.redirect_url = f"{url}/slack/oauth_redirect"
            for workspace in (self.office, self.bakery):
                over_socket = settings.slack_app_token.get_secret_value()
                await workspace.patch("/control/rules", request_url="" if over_socket else f"{url}/slack/events")
            yield url

    async def install(self, url: str, team: str, **consent: Any) -> tuple[int, str]:
        """Install Parley as somebody with a browser does; the status and the text of the last page."""
        await self.control.post("/control/consent", team=team, **consent)
        async with browser() as person, person.get(f"{url}/slack/install") as answer:
            return answer.status, await answer.text()

    async def calls(self, method: str = "") -> list[dict[str, Any]]:
        """The Web API calls so far, with the tokens that they came with."""
        return [call for call in await self.control.get("/control/cloud-calls") if method in ("", call["method"])]


@asynccontextmanager
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    """Somebody's browser, which keeps cookies."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


@asynccontextmanager
async def town(connections: aiohttp.ClientSession, lifetime_s: int = 0) -> AsyncIterator[Town]:
    grants = Grants(CLIENT_ID, CLIENT_SECRET, tuple(scopes.every()), lifetime_s)
    app, cloud = create_cloud((default_world(), bakery()), grants)
    async with serving(app) as url:
        workspaces = (Workspace(connections, f"{url}/{team}") for team in (OFFICE, BAKERY))
        yield Town(connections, url, cloud, *workspaces)


def settings_for(there: Town, model: Model, folder: Path, **more: Any) -> Settings:
    given: dict[str, Any] = {
        "SLACK_CLIENT_ID": CLIENT_ID,
        "SLACK_CLIENT_SECRET": CLIENT_SECRET,
        "SLACK_SIGNING_SECRET": SECRET,
        "PARLEY_ENCRYPTION_KEYS": KEY,
        "SLACK_API_URL": f"{there.url}/api/",
        "PORT": 0,
    }
    return settings_with(model, folder, **(given | more))
