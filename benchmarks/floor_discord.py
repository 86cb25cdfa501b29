"""The bare floor on Discord: the model SDK's own stream, and a raw write each second. It keeps and guards nothing."""

import os
import time

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from openai import AsyncOpenAI

WRITE_EVERY_S = 1.0
LAST_SERVER_S = 0.5


class Floor(discord.Client):
    """Answers whoever mentions it."""

    def __init__(self, model: AsyncOpenAI) -> None:
        intents = discord.Intents.default()
        intents.message_content = True
        super().__init__(intents=intents, guild_ready_timeout=LAST_SERVER_S)
        self._model = model

    async def on_ready(self) -> None:
        print("ready", flush=True)

    async def on_message(self, message: discord.Message) -> None:
        if self.user not in message.mentions or message.author == self.user:
            return
        stream = await self._model.chat.completions.create(
            model=os.environ["OPENAI_MODEL"], messages=[{"role": "user", "content": message.content}], stream=True
        )
        text, written_at = "", 0.0
        posted: discord.Message | None = None
        async for chunk in stream:
            text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
            if not text or time.monotonic() - written_at < WRITE_EVERY_S:
                continue
            posted = await posted.edit(content=text) if posted else await message.reply(text)
            written_at = time.monotonic()
        if posted:
            await posted.edit(content=text)


Route.BASE = os.environ["DISCORD_API_URL"]
DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])
Floor(AsyncOpenAI()).run(os.environ["DISCORD_TOKEN"], log_handler=None)
