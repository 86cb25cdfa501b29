"""Drives a served local Discord by HTTP and by the real discord.py client."""

import asyncio
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import yarl

from bots.playground.discord.default_world import TOKEN
from bots.playground.discord.rules import Rules
from bots.playground.discord.server import create_app
from bots.playground.serving import serving

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord
    from discord import app_commands

Json = dict[str, Any]
library = discord


@dataclass
class Place:
    """One served Discord: `api` as the bot, `control` as the people."""

    url: str
    session: aiohttp.ClientSession

    async def control(self, method: str, path: str, body: Json | None = None, expect: int | None = None) -> Any:
        async with self.session.request(method, f"{self.url}/control/{path}", json=body) as answer:
            content = await answer.json()
            assert answer.status == expect if expect else answer.status < 300, content
            return content

    async def say(self, user: str, channel: str, content: str, **more: Any) -> str:
        body = {"user": user, "channel": channel, "content": content, **more}
        return str((await self.control("POST", "messages", body))["id"])

    async def api(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, Any]:
        status, content, _ = await self.api_with_headers(method, path, body, **options)
        return status, content

    async def api_with_headers(
        self, method: str, path: str, body: Any = None, token: str | None = TOKEN, **options: Any
    ) -> tuple[int, Any, Any]:
        headers = {"Authorization": f"Bot {token}"} if token else {}
        url = f"{self.url}/api/v10{path}"
        extra = options if body is None else {"json": body, **options}
        async with self.session.request(method, url, headers=headers, **extra) as answer:
            content = await answer.json() if answer.content_type == "application/json" else await answer.text()
            return answer.status, content, answer.headers

    async def state(self) -> Json:
        found: Json = await self.control("GET", "state")
        return found

    async def id_of(self, name: str) -> str:
        state = await self.state()
        every = [*state["channels"], *state["members"], *state["roles"], *state["threads"]]
        if name.startswith("dm:"):
            person = next(each["id"] for each in state["members"] if each["name"] == name[3:])
            return next(str(each["id"]) for each in state["channels"] if each["recipient"] == person)
        return next(str(each["id"]) for each in every if each["name"] == name)

    async def message(self, message_id: str) -> Json:
        state = await self.state()
        return next(each for listed in state["messages"].values() for each in listed if each["id"] == message_id)

    async def settled(self, interaction_id: str) -> Json:
        found: Json = await self.control("GET", f"interactions/{interaction_id}?wait_s=5")
        return found


@asynccontextmanager
async def opened(rules: Rules | None = None) -> AsyncIterator[Place]:
    async with serving(create_app(rules=rules)) as url, aiohttp.ClientSession() as session:
        yield Place(url, session)


@dataclass
class Heard:
    """What a bot heard, by event."""

    queues: dict[str, asyncio.Queue[Any]] = field(default_factory=dict)

    def add(self, event: str, value: Any) -> None:
        self.queues.setdefault(event, asyncio.Queue()).put_nowait(value)

    async def next(self, event: str) -> Any:
        async with asyncio.timeout(5):
            return await self.queues.setdefault(event, asyncio.Queue()).get()

    def nothing(self, event: str) -> bool:
        return event not in self.queues or self.queues[event].empty()


class Bot(discord.Client):
    """The real client, which notes what it hears."""

    def __init__(self, intents: discord.Intents | None = None, **options: Any) -> None:
        chosen = intents or discord.Intents(
            guilds=True, messages=True, message_content=True, reactions=True, typing=True
        )
        super().__init__(intents=chosen, guild_ready_timeout=0.05, **options)
        self.heard = Heard()
        self.tree = app_commands.CommandTree(self)

    async def on_ready(self) -> None:
        self.heard.add("ready", None)

    async def on_resumed(self) -> None:
        self.heard.add("resumed", None)

    async def on_message(self, message: discord.Message) -> None:
        self.heard.add("message", message)

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        self.heard.add("edit", event)

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        self.heard.add("delete", event)

    async def on_thread_create(self, thread: discord.Thread) -> None:
        self.heard.add("thread", thread)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.heard.add("interaction", interaction)

    async def on_raw_typing(self, event: discord.RawTypingEvent) -> None:
        self.heard.add("typing", event)

    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        self.heard.add("reaction", event)


def point(url: str) -> None:
    """Point the library at a local Discord."""
    discord.http.Route.BASE = f"{url}/api/v10"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"{url.replace('http', 'ws', 1)}/gateway")


@asynccontextmanager
async def connected(place: Place, bot: Bot | None = None) -> AsyncIterator[Bot]:
    """A bot that is ready."""
    point(place.url)
    bot = bot or Bot()
    running = asyncio.create_task(bot.start(TOKEN))
    ready = asyncio.create_task(bot.heard.next("ready"))
    await asyncio.wait([running, ready], return_when=asyncio.FIRST_COMPLETED)
    try:
        if running.done():
            ready.cancel()
            await running
        yield bot
    finally:
        await bot.close()
        await asyncio.gather(running, return_exceptions=True)
