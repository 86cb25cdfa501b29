"""The local servers, as the driver uses them: rules, questions, and what came of them."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from benchmarks import load, processes, sightings, worlds
from benchmarks.load import Load
from benchmarks.servers import Observed, Progress
from storage.words import Platform

BETWEEN_LOOKS_S = 0.25
# A second answer to the same question would begin by then: Slack sends an event again after three seconds.
AFTERMATH_S = 1.0
MODEL = "parley-playground"
UNLIMITED = "100000"


class ModelCall(msgspec.Struct):
    """One request to the model; `ended` and `began` are unix seconds."""

    number: int
    began: float
    ended: float | None
    body: Any

    @property
    def question(self) -> int | None:
        """The number of the question that it asks."""
        messages = (self.body or {}).get("messages") or [{}]
        return sightings.number_in(str(messages[-1].get("content")))


class _Journal(msgspec.Struct):
    requests: list[ModelCall]


class Ground:
    """The three servers at one address, for one load."""

    def __init__(self, url: str, http: aiohttp.ClientSession, wanted: Load) -> None:
        self._url = url
        self._http = http
        self._load = wanted
        self._platform = wanted.platform.value

    def settings(self) -> dict[str, str]:
        """The environment that points a subject at these servers."""
        address = self._url.removeprefix("http://")
        slack = {
            "SLACK_BOT_TOKEN": "xoxb-playground",
            "SLACK_APP_TOKEN": "xapp-playground",
            "SLACK_API_URL": f"{self._url}/slack/api/",
        }
        discord = {
            "DISCORD_TOKEN": "discord-playground",
            "DISCORD_API_URL": f"{self._url}/discord/api/v10",
            "DISCORD_GATEWAY_URL": f"ws://{address}/discord/gateway",
        }
        model = {"OPENAI_API_KEY": "any", "OPENAI_BASE_URL": f"{self._url}/model/v1", "OPENAI_MODEL": MODEL}
        no_limits = {f"PARLEY_{who}_PER_MINUTE": "0" for who in ("PERSON", "CHANNEL", "WORKSPACE")}
        if not self._load.limits:
            slack |= dict.fromkeys(("PARLEY_SLACK_UPDATES_PER_MINUTE", "PARLEY_SLACK_POSTS_PER_MINUTE"), UNLIMITED)
            discord["PARLEY_DISCORD_REQUESTS_PER_SECOND"] = "0"
        return model | no_limits | (slack if self._load.platform is Platform.SLACK else discord)

    async def set_limits(self) -> None:
        """Switch the platform's rate limits on or off, as the load says."""
        await self._send("PATCH", f"{self._platform}/control/rules", {"rate_limits": self._load.limits})

    async def ask_round(self, number: int) -> None:
        """Everybody of one round asks, evenly spread over the time that the load gives them."""
        first, gap_s = number * self._load.replies, self._load.over_s / self._load.replies
        await asyncio.gather(*(self._ask(first + place, place * gap_s) for place in range(self._load.replies)))

    async def _ask(self, number: int, after_s: float) -> None:
        await asyncio.sleep(after_s)
        person = worlds.person_id(self._load.platform, number)
        channel = worlds.channel_id(self._load.platform, number % self._load.channels)
        said = "text" if self._load.platform is Platform.SLACK else "content"
        text = f"@Parley {load.question(number)}"
        await self._send("POST", f"{self._platform}/control/messages", {"user": person, "channel": channel, said: text})

    async def until_answered(self, count: int) -> None:
        """Returns when `count` answers are whole, or when it is no use to wait longer."""
        deadline = asyncio.get_running_loop().time() + self._load.deadline_s
        while asyncio.get_running_loop().time() < deadline:
            progress = await self.progress()
            given_up = not progress.answering and progress.quiet_s > load.PATIENCE_S
            if progress.whole >= count or given_up:
                return
            await asyncio.sleep(BETWEEN_LOOKS_S)

    async def until_quiet(self) -> None:
        """Returns when nothing more happens to the answers: a doubled one would be made by then."""
        deadline = asyncio.get_running_loop().time() + self._load.deadline_s
        while asyncio.get_running_loop().time() < deadline:
            progress = await self.progress()
            if not progress.answering and progress.quiet_s > AFTERMATH_S:
                return
            await asyncio.sleep(BETWEEN_LOOKS_S)

    async def progress(self) -> Progress:
        return msgspec.json.decode(await self._get(f"watch/{self._platform}/progress"), type=Progress)

    async def observed(self) -> Observed:
        return msgspec.json.decode(await self._get(f"watch/{self._platform}/all"), type=Observed)

    async def model_calls(self) -> list[ModelCall]:
        return msgspec.json.decode(await self._get("model/control/requests"), type=_Journal).requests

    async def refusals(self) -> int:
        """How many calls were answered with 429."""
        logged = msgspec.json.decode(await self._get(f"{self._platform}/control/calls"))
        calls = logged if isinstance(logged, list) else logged["calls"]
        return sum(call["status"] == 429 for call in calls)

    async def _get(self, path: str) -> bytes:
        async with self._http.get(f"{self._url}/{path}", raise_for_status=True) as answer:
            return await answer.read()

    async def _send(self, verb: str, path: str, body: dict[str, Any]) -> None:
        async with self._http.request(verb, f"{self._url}/{path}", json=body, raise_for_status=True):
            return


@asynccontextmanager
async def prepared(wanted: Load, folder: Path) -> AsyncIterator[Ground]:
    """Fresh servers with the people and channels that a load needs, and its limits."""
    command = [sys.executable, "-m", "benchmarks.servers", "--people", str(wanted.asked), "--channels"]
    answers = ["--tokens", str(wanted.tokens), "--tokens-per-s", str(wanted.tokens_per_s)]
    starting = processes.running(
        [*command, str(wanted.channels), *answers], {}, processes.ROOT, says="http://", log=folder / "servers.log"
    )
    timeout = aiohttp.ClientTimeout(total=30)
    async with starting as child, aiohttp.ClientSession(timeout=timeout) as http:
        ground = Ground(child.greeting, http, wanted)
        await ground.set_limits()
        yield ground
