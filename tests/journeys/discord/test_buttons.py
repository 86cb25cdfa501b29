import asyncio
from typing import Any

import pytest

from bots.playground.discord.world import DiscordWorld, Draft
from bots.service import serving as serving_parley
from core import texts
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.discord.server import ANN, BEN, CHLOE, Server, labels


async def growing(server: Server, model: Model, asker: str = BEN) -> dict[str, Any]:
    """A reply that has begun to show and will not end by itself."""
    await model.will_say("One two three four", hold=True, hold_after=2)
    await server.say(asker, "@Parley count")

    async def look() -> dict[str, Any] | None:
        own = await server.own()
        return own[-1] if own else None

    return await until(look)


async def called_off(model: Model) -> bool:
    return bool((await model.get("/control/requests"))["requests"][-1]["disconnected"])


@pytest.mark.usefixtures("parley")
async def test_stop_ends_the_model_call_and_keeps_the_text_so_far(server: Server, model: Model) -> None:
    reply = await growing(server, model)
    await server.press(BEN, reply, "Stop")
    stopped = await server.answer(f"One two\n\n_{texts.STOPPED}_", settled=True)
    assert stopped["id"] == reply["id"]
    assert await called_off(model)


@pytest.mark.usefixtures("parley")
async def test_only_the_asker_or_a_moderator_may_stop(server: Server, model: Model) -> None:
    reply = await growing(server, model)
    refused = await server.press(CHLOE, reply, "Stop")
    assert await server.told_by(refused) == texts.NOT_YOUR_REPLY
    assert not await called_off(model)
    await server.press(ANN, reply, "Stop")
    await until(lambda: called_off(model))


@pytest.mark.usefixtures("parley")
@pytest.mark.parametrize("deed", ["stop", "again", "good"])
async def test_a_press_that_names_a_reply_of_another_server_is_refused(
    server: Server, model: Model, world: DiscordWorld, deed: str
) -> None:
    """Ben asks in one server and owns another: there, too, the id of his own reply opens nothing."""
    reply = await growing(server, model)
    genuine = reply["components"][0]["components"][0]["custom_id"]
    elsewhere = await server.post("/control/servers", name="Elsewhere", user=BEN)
    lobby = world.channels[int(elsewhere["channels"]["lobby"])]
    button = {"type": 2, "style": 2, "label": "Stop", "custom_id": genuine.replace("stop", deed)}
    posted = world.post(lobby, world.bot, Draft(components=[{"type": 1, "components": [button]}]))
    forged = {"id": str(posted.id), "components": posted.components}
    assert await server.told_by(await server.press(BEN, forged)) == texts.NOTHING_TO_STOP
    assert not await called_off(model)
    assert len(await model.requests()) == 1


@pytest.mark.usefixtures("parley")
async def test_regenerate_puts_another_version_in_the_place_of_the_first(server: Server, model: Model) -> None:
    await model.will_say("First.")
    await server.say(BEN, "@Parley hello")
    first = await server.answer("First.", settled=True)
    await model.will_say("Second.")
    await server.press(BEN, first, "Regenerate")
    second = await server.answer("Second.", settled=True)
    assert second["id"] == first["id"]
    assert len(await server.own()) == 1


@pytest.mark.usefixtures("parley")
async def test_thumbs_are_thanked_for(server: Server, model: Model) -> None:
    await model.will_say("First.")
    await server.say(BEN, "@Parley hello")
    reply = await server.answer("First.", settled=True)
    assert await server.told_by(await server.press(CHLOE, reply, "👍")) == texts.THANKS


async def test_buttons_work_after_a_restart(server: Server, model: Model, settings: Settings) -> None:
    await model.will_say("First.")
    async with serving_parley(settings, frozenset({Platform.DISCORD})):
        await server.say(BEN, "@Parley hello")
        first = await server.answer("First.", settled=True)
        assert labels(first) == ["Regenerate", "👍", "👎"]
    await model.will_say("Second.")
    async with serving_parley(settings, frozenset({Platform.DISCORD})):
        await server.press(BEN, first, "Regenerate")
        assert (await server.answer("Second.", settled=True))["id"] == first["id"]


@pytest.mark.usefixtures("parley")
async def test_pressing_stop_twice_stops_once(server: Server, model: Model) -> None:
    reply = await growing(server, model)
    pressed = await asyncio.gather(server.press(BEN, reply, "Stop"), server.press(BEN, reply, "Stop"))
    assert {one["state"] for one in pressed} == {"acknowledged"}
    stopped = await server.answer(f"One two\n\n_{texts.STOPPED}_", settled=True)
    assert stopped["id"] == reply["id"]


@pytest.mark.usefixtures("parley")
async def test_pressing_regenerate_twice_makes_one_further_version(server: Server, model: Model) -> None:
    await model.will_say("First.")
    await server.say(BEN, "@Parley hello")
    first = await server.answer("First.", settled=True)
    await model.will_say("Second.", hold=True)
    pressed = await asyncio.gather(server.press(BEN, first, "Regenerate"), server.press(BEN, first, "Regenerate"))
    assert {one["state"] for one in pressed} == {"acknowledged"}

    async def held() -> bool:
        return bool((await model.get("/control/answers"))["held"])

    await until(held)
    await model.post("/control/release")
    await server.answer("Second.", settled=True)
    assert len(await model.requests()) == 2
    assert len(await server.own()) == 1
