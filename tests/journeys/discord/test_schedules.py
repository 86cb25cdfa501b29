"""What Parley answers by itself: set up with /schedule, posted in a channel, and talked to in replies and threads."""

from datetime import timedelta
from typing import Any

import pytest

from bots.service import serving as serving_parley
from core import texts
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model
from tests.journeys.discord.server import ANN, BEN, Server
from tests.journeys.schedules import becomes_due, known

DISCORD = frozenset({Platform.DISCORD})
BREAD = {"when": "every weekday 09:00", "prompt": "Name a bread."}


async def turns(model: Model) -> list[str]:
    return [message["content"] for message in (await model.messages())[1:]]


async def schedule(server: Server, verb: str, user: str = ANN, place: str = "general", **options: Any) -> str:
    return await server.told(user, "schedule", channel=place, subcommand=verb, options=options)


async def add(server: Server, user: str = ANN, place: str = "general", **options: Any) -> str:
    return await schedule(server, "add", user, place, **(BREAD | options))


@pytest.mark.usefixtures("parley")
async def test_a_scheduled_answer_is_posted_and_can_be_talked_to(
    server: Server, model: Model, settings: Settings
) -> None:
    said = await add(server)
    assert said.startswith("Schedule 1 is set for #general: every weekday 09:00 (UTC).\nNext: ")
    assert said.count("09:00") == 4
    await model.will_say("Brioche.")
    assert "runs now" in await schedule(server, "run-now", number=1)
    answer = await server.answer("Brioche.", settled=True)
    assert answer["reference"] is None
    await known(settings, answer["id"])
    await model.will_say("Butter.")
    await server.say(BEN, "What is in it?", reply_to=answer["id"])
    await server.answer("Butter.", settled=True)
    assert await turns(model) == ["Ann: Name a bread.", "Brioche.", "Ben: What is in it?"]


@pytest.mark.usefixtures("parley")
async def test_a_thread_that_is_begun_at_a_scheduled_answer_goes_on_with_it(
    server: Server, model: Model, settings: Settings
) -> None:
    await add(server)
    await model.will_say("Brioche.")
    await schedule(server, "run-now", number=1)
    answer = await server.answer("Brioche.", settled=True)
    await known(settings, answer["id"])
    body = {"user": ANN, "channel": "general", "message": answer["id"], "name": "Bread"}
    thread = (await server.post("/control/threads", **body))["id"]
    await model.will_say("Butter.")
    await server.say(BEN, "What is in it?", channel=thread)
    await server.answer("Butter.", channel=thread, settled=True)
    assert (await turns(model))[:2] == ["Ann: Name a bread.", "Brioche."]


@pytest.mark.usefixtures("parley")
async def test_in_a_direct_message_it_is_the_same_conversation(server: Server, model: Model) -> None:
    await model.will_say("Hello.")
    await server.say(ANN, "I like rye.", channel="dm:Ann")
    await server.answer("Hello.", channel="dm:Ann", settled=True)
    await add(server, place="dm:Ann")
    await model.will_say("Pumpernickel.")
    await schedule(server, "run-now", place="dm:Ann", number=1)
    await server.answer("Pumpernickel.", channel="dm:Ann", settled=True)
    assert await turns(model) == ["Ann: I like rye.", "Hello.", "Ann: Name a bread."]


@pytest.mark.usefixtures("parley")
async def test_what_is_due_is_answered_when_its_time_comes_in_the_channel_that_was_chosen(
    server: Server, model: Model, settings: Settings
) -> None:
    await model.will_say("Rye.")
    assert "for #random" in await add(server, channel=await server.channel_id("random"))
    await becomes_due(settings)
    await server.answer("Rye.", channel="random", settled=True)


async def test_what_was_missed_while_parley_was_away_is_answered_once(
    server: Server, model: Model, settings: Settings
) -> None:
    async with serving_parley(settings, DISCORD):
        await add(server, when="every 2 hours")
    await becomes_due(settings, timedelta(days=2))
    await model.will_say("Rye.")
    async with serving_parley(settings, DISCORD):
        await server.answer("Rye.", settled=True)
    async with serving_parley(settings, DISCORD):
        assert "next" in await schedule(server, "list")
    assert len(await model.requests()) == 1


@pytest.mark.usefixtures("parley")
async def test_schedules_are_paused_resumed_and_removed(server: Server) -> None:
    assert "no schedules here yet" in await schedule(server, "list")
    await add(server)
    assert "Schedules of this channel: 1." in await server.told(ANN, "status")
    assert "paused" in await schedule(server, "pause", number=1)
    assert "goes on" in await schedule(server, "resume", number=1)
    assert "• 1: every weekday 09:00 (UTC) in #general, by Ann, next" in await schedule(server, "list", BEN)
    assert "removed" in await schedule(server, "remove", number=1)
    assert "There is no schedule 1 here." in await schedule(server, "pause", number=1)


@pytest.mark.usefixtures("parley")
async def test_people_who_do_not_manage_a_channel_set_up_nothing_in_it(server: Server) -> None:
    assert await add(server, BEN) == texts.NOT_ALLOWED_CHANNEL
    assert await add(server, BEN, channel=await server.channel_id("random")) == texts.NOT_ALLOWED_CHANNEL
    assert "I don't understand when 'sometimes' is." in await add(server, when="sometimes")


@pytest.mark.usefixtures("parley")
async def test_the_next_times_are_shown_while_one_types(server: Server) -> None:
    body = {"user": ANN, "channel": "general", "command": "schedule", "subcommand": "add", "option": "when"}
    offered = await server.post("/control/autocomplete", value="in 2 hours", **body)
    assert offered["choices"][0]["name"].startswith("in 2 hours → ")
    offered = await server.post("/control/autocomplete", value="every monday at 9", **body)
    assert offered["choices"][0]["name"].count("09:00") == 3
    offered = await server.post("/control/autocomplete", value="every", **body)
    assert [choice["value"] for choice in offered["choices"]] == ["every weekday 09:00", "every Monday at 9:00"]
    await add(server)
    body = {"user": ANN, "channel": "general", "command": "schedule", "subcommand": "remove", "option": "number"}
    offered = await server.post("/control/autocomplete", value="week", **body)
    assert [choice["value"] for choice in offered["choices"]] == [1]
