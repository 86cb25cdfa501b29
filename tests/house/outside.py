"""The local Slack, Discord and model servers, beside a test that runs commands in its own thread."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from threading import Thread

from bots.playground.discord.rules import Rules as DiscordRules
from bots.playground.discord.server import create_app as discord_app
from bots.playground.model.rules import Rules
from bots.playground.model.server import create_app as model_app
from bots.playground.serving import serving
from bots.playground.slack.server import create_app as slack_app

RULES = Rules(first_token_s=0.0, tokens_per_s=0.0, models=("parley-playground", "gpt-5", "gpt-5-mini"))

# As Discord grants it to bots that are in as many servers as to need sixteen shards.
SHARDED = DiscordRules(max_concurrency=16)


@contextmanager
def outside() -> Iterator[dict[str, str]]:
    """The settings that lead to the servers, which run for as long as the block does."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="outside")
    thread.start()
    try:
        servers, settings = asyncio.run_coroutine_threadsafe(_opened(), loop).result()
        try:
            yield settings
        finally:
            asyncio.run_coroutine_threadsafe(servers.aclose(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _opened() -> tuple[AsyncExitStack, dict[str, str]]:
    async with AsyncExitStack() as servers:
        slack = await servers.enter_async_context(serving(slack_app()))
        discord = await servers.enter_async_context(serving(discord_app(rules=SHARDED)))
        model = await servers.enter_async_context(serving(model_app(RULES)))
        settings = {
            "SLACK_BOT_TOKEN": "xoxb-playground",
            "SLACK_APP_TOKEN": "xapp-playground",
            "SLACK_API_URL": f"{slack}/api/",
            "DISCORD_TOKEN": "discord-playground",
            "DISCORD_API_URL": f"{discord}/api/v10",
            "DISCORD_GATEWAY_URL": f"ws{discord.removeprefix('http')}/gateway",
            "OPENAI_BASE_URL": f"{model}/v1",
            "OPENAI_MODEL": "parley-playground",
        }
        return servers.pop_all(), settings
