"""Somebody edits a question that was answered already: the button below the answer offers to answer it anew."""

from typing import Any

import pytest

from core import texts
from tests.journeys.control import Model, until
from tests.journeys.discord.server import ANN, BEN, CHLOE, Server, labels

pytestmark = pytest.mark.usefixtures("parley")
OFFERED = [texts.ANSWER_ANEW, "👍", "👎"]


async def rewrite(server: Server, user: str, message_id: str, content: str) -> None:
    await server.patch(f"/control/messages/{message_id}", user=user, content=content)


async def answered(server: Server, model: Model, channel: str = "general") -> tuple[str, dict[str, Any]]:
    await model.will_say("Lima.")
    asked = await server.say(BEN, "@Parley what is the capitol of Peru?", channel=channel)
    return asked, await server.answer("Lima.", channel=channel, settled=True)


async def offered(server: Server, channel: str = "general") -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        fit = (message for message in await server.messages(channel) if labels(message) == OFFERED)
        return next(fit, None)

    return await until(look)


async def test_the_answer_is_made_anew_in_place(server: Server, model: Model) -> None:
    asked, first = await answered(server, model)
    await rewrite(server, BEN, asked, "@Parley what is the capital of Chile?")
    offer = await offered(server)
    assert (offer["id"], offer["content"]) == (first["id"], "Lima.")
    await model.will_say("Santiago.")
    await server.press(BEN, offer, texts.ANSWER_ANEW)
    second = await server.answer("Santiago.", settled=True)
    assert (second["id"], labels(second)) == (first["id"], ["Regenerate", "👍", "👎"])
    assert [one["content"] for one in (await model.messages())[1:]] == ["Ben: what is the capital of Chile?"]


async def test_it_is_offered_in_direct_messages_and_the_newest_text_is_answered(server: Server, model: Model) -> None:
    asked, _ = await answered(server, model, "dm:Ben")
    for country in ("Chile", "Bolivia", "Ecuador"):
        await rewrite(server, BEN, asked, f"what is the capital of {country}?")
    offer = await offered(server, "dm:Ben")
    await model.will_say("Quito.")
    await server.press(BEN, offer, texts.ANSWER_ANEW)
    await server.answer("Quito.", channel="dm:Ben", settled=True)
    assert (await model.messages())[-1]["content"] == "Ben: what is the capital of Ecuador?"


async def test_only_the_asker_or_a_moderator_may_have_it_answered_anew(server: Server, model: Model) -> None:
    asked, _ = await answered(server, model)
    await rewrite(server, BEN, asked, "@Parley what is the capital of Chile?")
    offer = await offered(server)
    assert await server.told_by(await server.press(CHLOE, offer, texts.ANSWER_ANEW)) == texts.NOT_YOUR_REPLY
    assert len(await model.requests()) == 1
    await model.will_say("Santiago.")
    await server.press(ANN, offer, texts.ANSWER_ANEW)
    await server.answer("Santiago.", settled=True)


async def test_an_answer_under_a_persona_s_name_offers_it_as_well(server: Server, model: Model) -> None:
    options = {"name": "Pirate", "instruction": "Talk like one."}
    await server.told(ANN, "persona", subcommand="create", options=options)
    await server.told(ANN, "persona", subcommand="assign", options={"name": "Pirate"})
    await model.will_say("Arr.")
    asked = await server.say(BEN, "@Parley hello")

    async def spoken() -> bool:
        return any(one["content"] == "Arr." and "Regenerate" in labels(one) for one in await server.messages())

    await until(spoken)
    await rewrite(server, BEN, asked, "@Parley ahoy")
    assert (await offered(server))["content"] == "Arr."
