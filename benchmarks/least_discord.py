"""The least on Discord: each answer is shown when it begins and when it is whole. It keeps nothing."""

import os

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from benchmarks import least
from bots.commands import loops

LAST_SERVER_S = 0.5


class Least(discord.Client):
    """Answers whoever mentions it."""

    def __init__(self) -> None:
        intents = discord.Intents.default()
        intents.message_content = True
        super().__init__(intents=intents, guild_ready_timeout=LAST_SERVER_S)
        self._model = least.model()

    async def on_ready(self) -> None:
        loops.settle()
        print("ready", flush=True)

    async def on_message(self, message: discord.Message) -> None:
        if self.user not in message.mentions or message.author == self.user:
            return
        posted: discord.Message | None = None
        async for text in least.shown(self._model, message.content):
            posted = await posted.edit(content=text) if posted else await message.reply(text)


Route.BASE = os.environ["DISCORD_API_URL"]
DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])
loops.run(Least().start(os.environ["DISCORD_TOKEN"]))
