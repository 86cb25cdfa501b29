import asyncio
from typing import Any

import pytest

from bots.playground.discord.world import DiscordWorld
from core.errors import Kind, PlatformTrouble
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.discord.parleys import WINDOW_S, another
from tests.journeys.discord.server import ANN, BEN, Server


@pytest.fixture
async def quick(server: Server) -> None:
    """Sessions may begin as often as `another` lets them."""
    await server.patch("/control/rules", identify_window_s=WINDOW_S / 2)


async def sessions(server: Server) -> list[dict[str, Any]]:
    return list((await server.get("/control/gateway"))["sessions"])


def shards(settings: Settings, named: str) -> Settings:
    return settings.model_copy(update={"discord_shards": named})


@pytest.mark.usefixtures("quick")
async def test_by_itself_parley_connects_as_many_shards_as_discord_advises(server: Server, settings: Settings) -> None:
    async with another(settings) as parley:
        assert [session["shard"] for session in await sessions(server)] == [[0, 1]]
        assert await parley.connected() == {Platform.DISCORD: True}
    assert len(await server.calls("GET /gateway/bot")) == 1


@pytest.mark.usefixtures("quick")
async def test_shards_identify_in_turn_and_none_is_refused(server: Server, settings: Settings) -> None:
    await server.patch("/control/rules", max_concurrency=2)
    async with another(shards(settings, "0-3/4")):
        assert sorted(session["shard"] for session in await sessions(server)) == [[0, 4], [1, 4], [2, 4], [3, 4]]
    limit = (await server.get("/control/rules"))["session_starts_per_day"]
    assert limit - await starts_left(server) == 4


async def starts_left(server: Server) -> int:
    headers = {"Authorization": "Bot discord-playground"}
    async with server.connections.get(f"{server.url}/api/v10/gateway/bot", headers=headers) as answer:
        return int((await answer.json())["session_start_limit"]["remaining"])


@pytest.mark.usefixtures("quick")
async def test_two_processes_serve_the_servers_of_their_own_shards(
    server: Server, model: Model, settings: Settings
) -> None:
    first = await server.post("/control/servers", name="Even", user=ANN, shard=[0, 2])
    second = await server.post("/control/servers", name="Odd", user=BEN, shard=[1, 2])
    async with another(shards(settings, "0/2")), another(shards(settings, "1/2")):
        for number, place in enumerate((first, second)):
            await model.will_say(f"Answer {number}.")
            await server.say(ANN, "@Parley hello", channel=place["channels"]["chatter"])
            await server.answer(f"Answer {number}.", channel=place["channels"]["chatter"])
        await model.will_say("In private.")
        await server.say(BEN, "hello", channel="dm:Ben")
        await server.answer("In private.", channel="dm:Ben")
    assert len(await model.requests()) == 3


@pytest.mark.usefixtures("quick")
async def test_a_shard_that_drops_resumes_and_leaves_the_others_alone(
    server: Server, model: Model, settings: Settings
) -> None:
    async with another(shards(settings, "0-1/2")) as parley:
        dropped = next(session for session in await sessions(server) if session["shard"] == [0, 2])
        await server.post("/control/gateway", action="drop", session=dropped["id"])
        await model.will_say("Back again.")
        await server.say(ANN, "hello", channel="dm:Ann")
        await server.answer("Back again.", channel="dm:Ann")
        found = {tuple(session["shard"]): session["resumes"] for session in await sessions(server)}
        assert found == {(0, 2): 1, (1, 2): 0}

        async def connected() -> bool:
            return (await parley.connected())[Platform.DISCORD]

        await until(connected)


async def test_without_starts_left_nothing_is_started(server: Server, settings: Settings) -> None:
    await server.patch("/control/rules", session_starts_per_day=1)
    with pytest.raises(PlatformTrouble) as trouble:
        async with another(shards(settings, "0-1/2")):
            pass
    assert (trouble.value.kind, trouble.value.code) == (Kind.LIMITED, "no_starts_left")
    assert await sessions(server) == []


@pytest.mark.usefixtures("quick")
async def test_an_invalidated_session_begins_anew(server: Server, model: Model, settings: Settings) -> None:
    async with another(settings):
        before = {session["id"] for session in await sessions(server)}
        await server.post("/control/gateway", action="invalidate", resumable=False)

        async def anew() -> bool:
            now = [session for session in await sessions(server) if session["connected"]]
            return bool(now) and before.isdisjoint(session["id"] for session in now)

        await until(anew)
        await asyncio.gather(model.will_say("Here."), server.say(ANN, "@Parley hello"))
        await server.answer("Here.")


@pytest.mark.usefixtures("quick")
async def test_two_deployments_at_once_answer_each_event_once(
    server: Server, model: Model, settings: Settings, world: DiscordWorld
) -> None:
    async with another(settings), another(settings):
        channels = ("general", "support", "announcements")
        for channel in channels:
            await model.will_say(f"In {channel}.", match=f"question in {channel}")
        asked = [await server.say(ANN, f"@Parley question in {channel}", channel=channel) for channel in channels]
        for channel in channels:
            await server.answer(f"In {channel}.", channel=channel, settled=True)
        for message in asked:
            await server.post("/control/redeliver", message=message)
        await model.will_say("One more.")
        await server.say(BEN, "@Parley one more", channel="random")
        await server.answer("One more.", channel="random")
        assert [len(await server.own(channel)) for channel in channels] == [1, 1, 1]
    assert len(await model.requests()) == 4


@pytest.mark.usefixtures("quick")
async def test_a_deployment_that_starts_leaves_the_answers_of_another_alone(
    server: Server, model: Model, settings: Settings
) -> None:
    async with another(settings):
        await model.will_say("One two three.", hold=True, hold_after=2)
        await server.say(ANN, "@Parley count")

        async def shown() -> bool:
            return bool(await server.own())

        await until(shown)
        async with another(settings):
            await model.post("/control/release")
            await server.answer("One two three.", settled=True)
    assert len(await server.own()) == 1
