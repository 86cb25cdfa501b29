from time import monotonic

import pytest

from bots.discord.budgets import WRITES
from core.settings import Settings
from core.surface import Limited
from core.tallies import Tallies
from storage.database import Database
from tests.journeys.control import Model
from tests.journeys.discord.server import ANN, POST, Server


@pytest.mark.usefixtures("parley")
async def test_what_another_process_has_just_posted_in_a_channel_is_waited_for(
    server: Server, model: Model, settings: Settings
) -> None:
    """Discord takes five posts in five seconds of a channel, whichever process makes them."""
    database = await Database.open(settings.database_url)
    tallies = Tallies(database)
    posts = Limited(f"discord:{await server.channel_id('general')}:posts", WRITES)
    for _ in range(WRITES.limit):
        async with tallies.turn(posts):
            posted_at = monotonic()
    await tallies.close()
    await database.close()
    await model.will_say("Hello.")
    await server.say(ANN, "@Parley hello")
    await server.answer("Hello.", settled=True)
    (first, *_) = await server.calls(POST)
    assert first["status"] == 200
    assert first["at"] - posted_at > WRITES.period_s - 1.0
