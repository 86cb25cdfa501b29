"""Channels of every kind: the right path, or one clear refusal."""

from typing import Any

import pytest

from bots.playground.discord.entities import Overwrite
from bots.playground.discord.permissions import Permission
from bots.playground.discord.world import DiscordWorld
from tests.journeys.control import Model, until
from tests.journeys.discord.server import ANN, BEN, EDIT, POST, Server

PARLEY = pytest.mark.usefixtures("parley")


def deny(world: DiscordWorld, channel: str, *denied: Permission) -> None:
    """Take permissions away from Parley in a channel."""
    guild = next(iter(world.guilds.values()))
    place = next(one for one in guild.channels.values() if one.name == channel)
    forbidden = sum(int(one) for one in denied)
    place.overwrites.append(Overwrite(world.bot.id, 1, deny=forbidden))


@pytest.fixture
def muted(world: DiscordWorld) -> None:
    """Parley may not write in #random, and the gateway says so."""
    deny(world, "random", Permission.SEND_MESSAGES)


async def writes_in(server: Server, channel: str) -> list[dict[str, Any]]:
    channel_id = await server.channel_id(channel)
    calls = (await server.get("/control/calls"))["calls"]
    return [call for call in calls if f"/channels/{channel_id}/" in call["path"] and call["method"] != "GET"]


async def told_privately(server: Server, user: str, count: int = 1) -> list[str]:
    async def look() -> list[str] | None:
        own = [message["content"] for message in await server.own(f"dm:{user}")]
        return own if len(own) >= count else None

    return await until(look)


async def thread_in(server: Server, channel: str = "general") -> str:
    start = await server.say(BEN, "The build is red.", channel=channel)
    body = {"user": BEN, "channel": channel, "message": start, "name": "Build"}
    return str((await server.post("/control/threads", **body))["id"])


@PARLEY
@pytest.mark.parametrize("channel", ["announcements", "Lounge"])
async def test_announcement_channels_and_the_text_of_voice_channels_are_answered_in(
    server: Server, model: Model, channel: str
) -> None:
    await model.will_say("Here.")
    asked = await server.say(ANN, "@Parley are you there?", channel=channel)
    answer = await server.answer("Here.", channel=channel, settled=True)
    assert answer["reference"]["message_id"] == asked


@PARLEY
async def test_an_answer_whose_thread_is_archived_meanwhile_is_finished_in_it(server: Server, model: Model) -> None:
    thread = await thread_in(server)
    await model.will_say("One two three four", hold=True, hold_after=2)
    await server.say(ANN, "@Parley count", channel=thread)
    await server.answer("One two", channel=thread)
    await server.patch(f"/control/threads/{thread}", archived=True)
    await model.post("/control/release")
    await server.answer("One two three four", channel=thread, settled=True)
    assert [call["code"] for call in await server.calls(EDIT) if call["status"] >= 400] == [50083]
    assert len(await server.own(thread)) == 1


@PARLEY
async def test_in_a_locked_thread_the_asker_is_told_once(server: Server, model: Model) -> None:
    thread = await thread_in(server)
    await server.patch(f"/control/threads/{thread}", locked=True)
    for number in range(3):
        await server.say(ANN, f"@Parley question {number}?", channel=thread)
    told = await told_privately(server, ANN)
    assert told == [
        f"I cannot answer you in <#{thread}>: the thread is locked. Whoever manages that server can change it."
    ]
    await model.will_say("Here.")
    await server.say(ANN, "@Parley and here?")
    await server.answer("Here.", settled=True)
    assert len(await server.own("dm:Ann")) == 1
    assert await writes_in(server, thread) == []
    assert len(await model.requests()) == 1


@PARLEY
async def test_a_thread_that_is_locked_while_its_answer_grows_keeps_what_is_there(server: Server, model: Model) -> None:
    thread = await thread_in(server)
    await model.will_say("One two three four", hold=True, hold_after=2)
    await server.say(ANN, "@Parley count", channel=thread)
    await server.answer("One two", channel=thread)
    await server.patch(f"/control/threads/{thread}", archived=True, locked=True)
    await model.post("/control/release")
    await model.will_say("Here.")
    await server.say(ANN, "@Parley and here?")
    await server.answer("Here.", settled=True)
    refused = [call for call in (await server.get("/control/calls"))["calls"] if call["status"] == 403]
    assert len(refused) <= 2


@pytest.mark.usefixtures("muted", "parley")
async def test_a_missing_permission_is_named_once_with_its_channel_and_nothing_is_tried(
    server: Server, model: Model
) -> None:
    for number in range(5):
        await server.say(BEN, f"@Parley question {number}?", channel="random")
    channel_id = await server.channel_id("random")
    reason = "I lack the permission Send Messages there. Whoever manages that server can change it."
    assert await told_privately(server, BEN) == [f"I cannot answer you in <#{channel_id}>: {reason}"]
    await model.will_say("Here.")
    await server.say(BEN, "@Parley and here?")
    await server.answer("Here.", settled=True)
    assert await writes_in(server, "random") == []
    assert len(await server.own("dm:Ben")) == 1
    assert len(await model.requests()) == 1


@PARLEY
async def test_a_permission_that_went_unnoticed_costs_one_try_and_is_named(
    server: Server, model: Model, world: DiscordWorld
) -> None:
    deny(world, "random", Permission.SEND_MESSAGES)
    await model.will_say("Never seen.")
    await server.say(BEN, "@Parley hello?", channel="random")
    told = await told_privately(server, BEN)
    assert "I lack a permission there" in told[0]
    assert [call["code"] for call in await server.calls(POST) if call["status"] == 403] == [50013]


@pytest.mark.usefixtures("muted", "parley")
async def test_status_names_what_is_missing_to_the_asker_alone(server: Server) -> None:
    told = await server.told(BEN, "status", channel="random")
    assert "❌ I cannot answer here without: Send Messages." in told
