"""The local servers in this process, so that what people see can be compared with what is stored."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from benchmarks import worlds
from benchmarks.model_watch import ModelWatch
from bots.playground.discord.server import create_app as discord_app
from bots.playground.discord.state import STATE
from bots.playground.discord.world import DiscordWorld
from bots.playground.model.rules import Rules as ModelRules
from bots.playground.model.server import create_app as model_app
from bots.playground.serving import serving
from bots.playground.slack.rules import Rules as SlackRules
from bots.playground.slack.server import create_app as slack_app
from bots.playground.slack.world import SlackWorld
from storage.words import Platform

PEOPLE = 20
CHANNELS = 20
ANSWER_TOKENS = 40
TOKENS_PER_S = 40.0
# Slack itself comes again at once, after one minute, and after five; here it does within two minutes.
REDELIVERED_S = (0.5, 5.0, 10.0, 20.0, 40.0, 60.0)


@dataclass(frozen=True, slots=True)
class Question:
    """One message that asks; `id` is the platform's."""

    platform: Platform
    channel: str
    id: str


@dataclass(slots=True)
class Town:
    """Both platforms and the model, with what was asked there."""

    http: aiohttp.ClientSession
    urls: dict[str, str]
    slack: SlackWorld
    discord: DiscordWorld
    discord_app: web.Application
    channels: int
    people: int
    model: ModelWatch
    asked: list[Question] = field(default_factory=list)

    def settings(self) -> dict[str, str]:
        slack, discord, model = self.urls["slack"], self.urls["discord"], self.urls["model"]
        unlimited = {f"PARLEY_{who}_PER_MINUTE": "0" for who in ("PERSON", "CHANNEL", "WORKSPACE")}
        return unlimited | {
            "SLACK_BOT_TOKEN": "xoxb-playground",
            "SLACK_APP_TOKEN": "xapp-playground",
            "SLACK_API_URL": f"{slack}/api/",
            "DISCORD_TOKEN": "discord-playground",
            "DISCORD_API_URL": f"{discord}/api/v10",
            "DISCORD_GATEWAY_URL": f"ws{discord.removeprefix('http')}/gateway",
            "OPENAI_BASE_URL": f"{model}/v1",
            "OPENAI_MODEL": "parley-playground",
            "PARLEY_GRACE_S": "1",
        }

    async def ask(self, platform: Platform, number: int, **more: str) -> None:
        person = worlds.person_id(platform, number % self.people)
        channel = worlds.channel_id(platform, number % self.channels)
        said = "text" if platform is Platform.SLACK else "content"
        body = {"user": person, "channel": channel, said: f"@Parley question {number}", **more}
        answer = await self.post(platform.value, "/control/messages", body)
        self.asked.append(Question(platform, channel, str(answer["ts" if platform is Platform.SLACK else "id"])))

    async def post(self, server: str, path: str, body: Mapping[str, object]) -> dict[str, object]:
        async with self.http.post(self.urls[server] + path, json=body, raise_for_status=True) as answer:
            given: dict[str, object] = await answer.json()
            return given

    async def end_faults(self) -> None:
        for url in self.urls.values():
            async with self.http.delete(f"{url}/control/faults", raise_for_status=True):
                pass

    async def overruns(self) -> Counter[str]:
        """What the platforms themselves refused as too many calls, beside the faults that say so."""
        async with self.http.get(f"{self.urls['slack']}/control/calls", raise_for_status=True) as answer:
            calls = await answer.json()
        found = Counter(call["method"] for call in calls if call["status"] == 429 and call["error"] != "fault")
        on_discord = self.discord_app[STATE].calls.all()
        found.update(call.operation for call in on_discord if call.status == 429 and not call.fault)
        return found


@asynccontextmanager
async def built(
    channels: int = CHANNELS, people: int = PEOPLE, tokens: int = ANSWER_TOKENS, tokens_per_s: float = TOKENS_PER_S
) -> AsyncIterator[Town]:
    """The servers, for as long as the block runs."""
    slack, discord = worlds.slack_world(people, channels), worlds.discord_world(people, channels)
    on_discord = discord_app(discord)
    model = model_app(ModelRules(first_token_s=0.1, tokens_per_s=tokens_per_s, answer_tokens=tokens, keep_requests=10))
    watch = ModelWatch()
    watch.attach(model)
    async with (
        serving(slack_app(slack, SlackRules(redelivery_delays_s=REDELIVERED_S))) as slack_url,
        serving(on_discord) as discord_url,
        serving(model) as model_url,
        aiohttp.ClientSession() as http,
    ):
        urls = {"slack": slack_url, "discord": discord_url, "model": model_url}
        yield Town(http, urls, slack, discord, on_discord, channels, people, watch)
