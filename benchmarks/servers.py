"""The three local servers in one process of their own, so that their clocks agree: `python -m benchmarks.servers`.

Prints its address, and ends when its standard input does: it never outlives who started it.
"""

import argparse
import asyncio
import sys
import time

import msgspec
from aiohttp import web

from benchmarks import load, sightings, worlds
from benchmarks.model_watch import ModelWatch
from benchmarks.sightings import Sighting
from bots.commands import loops
from bots.playground.discord.server import create_app as discord_app
from bots.playground.model.rules import Rules as ModelRules
from bots.playground.model.server import create_app as model_app
from bots.playground.serving import serving
from bots.playground.slack.server import create_app as slack_app
from storage.words import Platform

REQUESTS_KEPT = 100_000


class Progress(msgspec.Struct, frozen=True):
    """How many answers are whole on screen, how many the model is giving, and for how long nothing has changed."""

    whole: int
    answering: int
    quiet_s: float


class Observed(msgspec.Struct, frozen=True):
    """Everything that was seen: of the platform's messages, and of the model's first tokens by request number."""

    sightings: list[Sighting]
    first_tokens: dict[int, float]


class Observatory:
    """Reads both worlds and the model for the driver."""

    def __init__(self, people: int, channels: int, tokens: int) -> None:
        self.slack = worlds.slack_world(people, channels)
        self.discord = worlds.discord_world(people, channels)
        self.model = ModelWatch()
        self._last_word = load.expected_words(tokens)[-1]

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/watch/{platform}/progress", self.progress), web.get("/watch/{platform}/all", self.all)]

    async def progress(self, request: web.Request) -> web.Response:
        seen = self._seen(request)
        latest = max((sighting.last_at or sighting.asked_at for sighting in seen), default=time.time())
        whole = sum(bool(sighting.texts) and sighting.texts[-1].endswith(self._last_word) for sighting in seen)
        return _json(Progress(whole, self.model.answering, time.time() - latest))

    async def all(self, request: web.Request) -> web.Response:
        return _json(Observed(self._seen(request), self.model.first_tokens))

    def _seen(self, request: web.Request) -> list[Sighting]:
        if request.match_info["platform"] == Platform.SLACK.value:
            return list(sightings.on_slack(self.slack))
        return list(sightings.on_discord(self.discord))


def _json(value: msgspec.Struct) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")


def create_app(people: int, channels: int, tokens: int, tokens_per_s: float) -> web.Application:
    """Slack, Discord and the model below prefixes, and what the driver reads beside them."""
    observatory = Observatory(people, channels, tokens)
    rules = ModelRules(
        first_token_s=load.FIRST_TOKEN_S,
        tokens_per_s=tokens_per_s,
        answer_tokens=tokens,
        keep_requests=REQUESTS_KEPT,
    )
    model = model_app(rules)
    observatory.model.attach(model)
    root = web.Application()
    root.add_routes(observatory.routes())
    root.add_subapp("/slack", slack_app(observatory.slack))
    root.add_subapp("/discord", discord_app(observatory.discord))
    root.add_subapp("/model", model)
    return root


async def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=1)
    arguments.add_argument("--channels", type=int, default=1)
    arguments.add_argument("--tokens", type=int, default=load.ANSWER_TOKENS)
    arguments.add_argument("--tokens-per-s", type=float, default=load.TOKENS_PER_S)
    given = arguments.parse_args()
    async with serving(create_app(given.people, given.channels, given.tokens, given.tokens_per_s)) as url:
        print(url, flush=True)
        await asyncio.to_thread(sys.stdin.buffer.read)


if __name__ == "__main__":
    loops.run(main())
