"""`/why` and the menu of a message: what an answer was made from, for those who may know."""

from typing import Any

import pytest

from bots.discord.why_commands import NAME
from core import texts
from tests.journeys.control import Model, until
from tests.journeys.discord.server import ANN, BEN, CHLOE, Server

pytestmark = pytest.mark.usefixtures("parley")


async def why(server: Server, user: str, message_id: str) -> str:
    return await server.told_by(await server.command(user, NAME, target=message_id))


async def settled(server: Server, saying: str) -> dict[str, Any]:
    """Parley's message with this text, once what it was made from is kept: a moment after it is shown."""
    answer = await server.answer(saying, settled=True)

    async def look() -> bool:
        return await why(server, ANN, answer["id"]) != texts.STILL_ANSWERING

    await until(look)
    return answer


async def test_the_newest_answer_is_explained_to_who_asked(server: Server, model: Model) -> None:
    assert await server.told(BEN, "why") == texts.NOTHING_ANSWERED_HERE
    await model.will_say("Ottawa.")
    await server.say(BEN, "@Parley what is the capital of Canada?")
    await settled(server, "Ottawa.")
    told = await server.told(BEN, "why")
    assert told.startswith("**Answer 1: done**\n- Asked by Ben at ")
    assert "- Parley's own prompt, as the workspace has none" in told
    assert "> Ben: what is the capital of Canada?" in told
    assert "first visible after " in told
    assert await server.told(BEN, "why", channel="random") == texts.NOTHING_ANSWERED_HERE


async def test_an_answer_is_explained_from_its_menu_to_who_manages_and_to_no_other(
    server: Server, model: Model
) -> None:
    await model.will_say("Ottawa.")
    await server.say(BEN, "@Parley what is the capital of Canada?")
    answer = await settled(server, "Ottawa.")
    assert await why(server, CHLOE, answer["id"]) == texts.NOT_YOUR_ANSWER
    assert await server.told(CHLOE, "why") == texts.NOT_YOUR_ANSWER
    assert (await why(server, ANN, answer["id"])).startswith("**Answer 1: done**")


async def test_a_message_that_is_no_answer_is_not_explained(server: Server) -> None:
    said = await server.say(BEN, "The build is red.")
    assert await why(server, BEN, said) == texts.NO_ANSWER_THERE


async def test_an_answer_for_one_alone_is_explained_to_them(server: Server, model: Model) -> None:
    await model.will_say("Ottawa.")
    await server.command(BEN, "ask", options={"question": "what is the capital?", "private": True})

    async def whispered() -> dict[str, Any] | None:
        listed = (await server.state())["messages"].get(await server.channel_id("general"), [])
        return next((one for one in listed if one["content"].endswith("Ottawa.")), None)

    answer = await until(whispered)

    async def look() -> bool:
        return "> Ben: what is the capital?" in await why(server, BEN, answer["id"])

    assert await until(look)


async def test_a_long_explanation_comes_whole_in_a_file(server: Server, model: Model) -> None:
    await model.will_say("Long.")
    await server.say(BEN, f"@Parley {'word ' * 380}")
    answer = await settled(server, "Long.")
    told = await server.answer_to(await server.command(BEN, NAME, target=answer["id"]))
    assert len(told["content"]) <= 2_000
    assert [file["filename"] for file in told["attachments"]] == ["whole.txt"]
