"""An answer that grew for long is pointed to once it is finished, where whoever runs Parley wants it so."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bots.service import serving as serving_parley
from core import texts
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model
from tests.journeys.discord.server import ANN, BEN, Server

AFTER_S = 1.0


@pytest.fixture(autouse=True)
async def parley(settings: Settings) -> AsyncIterator[None]:
    wanted = settings.model_copy(update={"notify_after_s": AFTER_S})
    async with serving_parley(wanted, frozenset({Platform.DISCORD})):
        yield


async def grown(server: Server, model: Model) -> tuple[str, str]:
    """The question and the text of an answer that has been growing for longer than it takes to be pointed to."""
    await model.will_say("One two three four.", hold=True, hold_after=2)
    asked = await server.say(ANN, "@Parley count")
    await server.answer("One two")
    await asyncio.sleep(2 * AFTER_S)
    await model.post("/control/release")
    return asked, "One two three four."


async def test_an_answer_that_grew_for_long_is_pointed_to_and_its_asker_notified(server: Server, model: Model) -> None:
    asked, text = await grown(server, model)
    pointer = await server.answer(texts.ANSWERED_ABOVE)
    answer = await server.answer(text, settled=True)
    state = await server.state()
    ann = next(one["id"] for one in state["members"] if one["name"] == ANN)
    assert pointer["reference"]["message_id"] == asked
    assert pointer["pings"] == [ann]
    assert answer["pings"] == []
    await model.will_say("Gladly.")
    await server.say(BEN, "Thanks.", reply_to=pointer["id"])
    await server.answer("Gladly.")
    assert [turn["content"] for turn in (await model.messages())[1:]] == ["Ann: count", text, "Ben: Thanks."]


async def test_a_quick_answer_is_not_pointed_to(server: Server, model: Model) -> None:
    await model.will_say("Quick.")
    await server.say(ANN, "@Parley hello")
    await server.answer("Quick.", settled=True)
    await model.will_say("Again.")
    await server.say(ANN, "@Parley again")
    await server.answer("Again.", settled=True)
    assert len(await server.own()) == 2


async def test_whoever_deletes_the_pointer_leaves_the_answer_as_it_is(server: Server, model: Model) -> None:
    _, text = await grown(server, model)
    pointer = await server.answer(texts.ANSWERED_ABOVE)
    answer = await server.answer(text, settled=True)
    await server.delete(f"/control/messages/{pointer['id']}")
    await model.will_say("Gladly.")
    await server.say(BEN, "Thanks.", reply_to=answer["id"])
    await server.answer("Gladly.", settled=True)
    assert [turn["content"] for turn in (await model.messages())[1:]] == ["Ann: count", text, "Ben: Thanks."]


async def test_another_version_of_an_answer_takes_the_pointer_to_the_first_one_away(
    server: Server, model: Model
) -> None:
    _, text = await grown(server, model)
    first = await server.answer(text, settled=True)
    await model.will_say("Four words.")
    await server.press(ANN, first, "Regenerate")
    second = await server.answer("Four words.", settled=True)
    assert [one["id"] for one in await server.own()] == [second["id"]]
