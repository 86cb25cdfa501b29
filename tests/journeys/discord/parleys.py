"""Several Parleys at once, on one Discord server and one database, as processes of a deployment are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bots.discord.app import DiscordBot
from bots.service import Service
from core.settings import Settings
from storage.database import Database
from storage.words import Platform

WINDOW_S = 0.2


@asynccontextmanager
async def another(settings: Settings) -> AsyncIterator[Service]:
    """A started Parley whose shards may identify every `WINDOW_S` seconds, as the server must be told, too."""
    database = await Database.open(settings.database_url)
    service = Service(settings, database, {Platform.DISCORD: DiscordBot(settings, database, WINDOW_S)})
    try:
        await service.start()
        yield service
    finally:
        await service.stop()
        await database.close()
