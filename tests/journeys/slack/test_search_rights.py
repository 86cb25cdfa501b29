"""What a search finds is what the person who asks may read: as members, as guests, and as people from elsewhere."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bots.playground.serving import serving
from bots.playground.slack.default_world import default_world
from bots.playground.slack.rules import Rules
from bots.playground.slack.server import create_app
from bots.playground.slack.world import User
from bots.service import serving as serving_parley
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model
from tests.journeys.slack.workspace import ANN, BEN, GENERAL, RANDOM, Workspace

LEADERS = "C0LEADERS1"
GUEST = User("U0GUEST001", "gus", "Gus", is_restricted=True)
STRANGER = User("U0GUEST002", "sam", "Sam", team_id="T0MILLS001")


@pytest.fixture
async def workspace(connections: aiohttp.ClientSession) -> AsyncIterator[Workspace]:
    """With a guest and somebody of another organisation in #general, and Parley in a private channel."""
    world = default_world()
    for person in (GUEST, STRANGER):
        world.users[person.id] = person
        world.channels[GENERAL].members[person.id] = None
    world.channels[LEADERS].members[world.me.id] = None
    async with serving(create_app(world, Rules())) as url:
        yield Workspace(connections, url)


async def found(workspace: Workspace, model: Model, user: str, channel: str = GENERAL) -> str:
    """What the model is told when it searches for somebody."""
    await model.will_call(("search", {"words": "code"}))
    await model.will_say("That is all.")
    ts = await workspace.say(user, "@Parley which ones are there?", channel=channel)
    await workspace.reply(ts, "That is all.", channel=channel, settled=True)
    return str([message["content"] for message in await model.messages() if message["role"] == "tool"])


async def test_nobody_finds_by_a_search_what_they_may_not_read(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    searching = settings.model_copy(update={"tools": "search"})
    async with serving_parley(searching, frozenset({Platform.SLACK})):
        for channel, fact in ((RANDOM, "the boiler code is 4711"), (LEADERS, "the safe code is 9999")):
            await model.will_say("Noted.")
            ts = await workspace.say(BEN, f"@Parley {fact}", channel=channel)
            await workspace.reply(ts, "Noted.", channel=channel, settled=True)
        for_a_member = await found(workspace, model, ANN)
        assert ("4711" in for_a_member, "9999" in for_a_member) == (True, False)
        within = await found(workspace, model, ANN, LEADERS)
        assert ("4711" in within, "9999" in within) == (True, True)
        for person in (GUEST, STRANGER):
            for_them = await found(workspace, model, person.id)
            assert ("4711" in for_them, "9999" in for_them) == (False, False)
