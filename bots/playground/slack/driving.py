"""Drives a local Slack from tests and benchmarks: people's doings, raw calls, and what came of them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bots.playground.serving import serving
from bots.playground.slack.feed import dumps
from bots.playground.slack.rules import Rules
from bots.playground.slack.server import create_app
from bots.playground.slack.world import SlackWorld

Json = dict[str, Any]


class Watcher:
    """The changes of one local Slack from the moment of watching, in order."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.seen: list[Json] = []

    async def until(self, kind: str, suits: Callable[[Json], bool] = bool, timeout_s: float = 5.0) -> Json:
        """The next change of a kind that suits; raises `TimeoutError` when none comes in time."""
        async with asyncio.timeout(timeout_s):
            while True:
                change: Json = await self._socket.receive_json()
                self.seen.append(change)
                if change["type"] == kind and suits(change):
                    return change


class LocalSlack:
    """One local Slack at an address; `api` is its Web API's, as bots are given it."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url = url
        self.api = f"{url}/api/"
        self.http = http

    async def control(self, verb: str, path: str, body: Any = None, **query: str) -> Any:
        """One control request; raises `AssertionError` with the answer when it is refused."""
        status, answer = await self.try_control(verb, path, body, **query)
        if status >= 400:
            raise AssertionError(f"{verb} {path}: {status} {answer}")
        return answer

    async def try_control(self, verb: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
        """One control request and its status; strings are sent so that lone surrogates survive."""
        headers = {"Content-Type": "application/json"}
        data = None if body is None else dumps(body)
        address = f"{self.url}/control/{path}"
        async with self.http.request(verb, address, data=data, headers=headers, params=query) as answer:
            return answer.status, await answer.json()

    async def call(self, method: str, token: str = "xoxb-playground", /, **args: Any) -> Json:  # noqa: S107
        """One Web API call in JSON."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json; charset=utf-8"}
        async with self.http.post(self.api + method, data=dumps(args), headers=headers) as answer:
            decoded: Json = await answer.json()
            return decoded

    async def say(self, user: str, channel: str, text: str | None, **more: Any) -> str:
        """Let a person write; gives the timestamp."""
        answer = await self.control("POST", "messages", {"user": user, "channel": channel, "text": text, **more})
        return str(answer["ts"])

    async def state(self) -> Json:
        decoded: Json = await self.control("GET", "state")
        return decoded

    async def messages(self, channel_id: str = "C0GENERAL1") -> list[Json]:
        """All messages of a channel, replies included, oldest first."""
        state = await self.state()
        found: list[Json] = state["messages"][channel_id]
        return found

    async def calls(self, method: str | None = None) -> list[Json]:
        """The logged Web API calls, of one method or all."""
        logged: list[Json] = await self.control("GET", "calls")
        return [call for call in logged if method in (None, call["method"])]

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[Watcher]:
        """Watch the changes from now on."""
        async with self.http.ws_connect(f"{self.url}/control/events") as socket:
            yield Watcher(socket)

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """A bare Socket Mode connection that has read its `hello` and acknowledges nothing by itself."""
        opened = await self.call("apps.connections.open", "xapp-playground")
        async with self.http.ws_connect(opened["url"]) as socket:
            await socket.receive_json(timeout=5)
            yield socket


@asynccontextmanager
async def local_slack(rules: Rules | None = None, world: SlackWorld | None = None) -> AsyncIterator[LocalSlack]:
    """A local Slack on a free port for as long as a block runs."""
    async with serving(create_app(world, rules)) as url, aiohttp.ClientSession() as http:
        yield LocalSlack(url, http)
