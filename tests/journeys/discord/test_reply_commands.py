"""`/stop`, `/regenerate`, `/new`, and the menu of a message."""

import pytest

from bots.discord.asking_about import NAME
from bots.discord.reply_commands import ANSWERING_ANEW, STOPPING
from core import texts
from tests.journeys.control import Model
from tests.journeys.discord.server import ANN, BEN, CHLOE, Server

pytestmark = pytest.mark.usefixtures("parley")


async def turns(model: Model) -> list[str]:
    return [message["content"] for message in (await model.messages())[1:]]


async def test_stop_ends_the_answer_that_is_being_made_in_the_channel(server: Server, model: Model) -> None:
    assert await server.told(BEN, "stop") == texts.NOTHING_RUNS_HERE
    await model.will_say("One two three four", hold=True, hold_after=2)
    await server.say(BEN, "@Parley count")
    await server.answer("One two")
    assert await server.told(CHLOE, "stop") == texts.NOT_YOUR_REPLY
    assert await server.told(BEN, "stop", channel="random") == texts.NOTHING_RUNS_HERE
    assert await server.told(BEN, "stop") == STOPPING
    await server.answer(f"One two\n\n_{texts.STOPPED}_", settled=True)


async def test_a_moderator_may_stop_the_answer_of_somebody_else(server: Server, model: Model) -> None:
    await model.will_say("One two three four", hold=True, hold_after=2)
    await server.say(BEN, "@Parley count")
    await server.answer("One two")
    assert await server.told(ANN, "stop") == STOPPING


async def test_regenerate_makes_another_version_of_the_newest_answer(server: Server, model: Model) -> None:
    assert await server.told(BEN, "regenerate") == texts.NOTHING_ANSWERED_HERE
    await model.will_say("First.")
    await server.say(BEN, "@Parley hello")
    first = await server.answer("First.", settled=True)
    assert await server.told(CHLOE, "regenerate") == texts.NOT_YOUR_REPLY
    await model.will_say("Second.")
    assert await server.told(BEN, "regenerate") == ANSWERING_ANEW
    assert (await server.answer("Second.", settled=True))["id"] == first["id"]


async def test_new_leaves_out_what_was_said_before_in_a_direct_message(server: Server, model: Model) -> None:
    await model.will_say("Hello.")
    await server.say(ANN, "my name is Ann", channel="dm:Ann")
    await server.answer("Hello.", channel="dm:Ann", settled=True)
    assert await server.told(ANN, "new", channel="dm:Ann") == texts.BEGUN_ANEW
    for question, answer in (("who am I?", "No idea."), ("and now?", "None either.")):
        await model.will_say(answer)
        await server.say(ANN, question, channel="dm:Ann")
        await server.answer(answer, channel="dm:Ann", settled=True)
    assert await turns(model) == ["Ann: who am I?", "No idea.", "Ann: and now?"]


async def test_new_leaves_out_what_was_said_before_in_a_thread_that_began_with_an_answer(
    server: Server, model: Model
) -> None:
    await model.will_say("Ottawa.")
    await server.say(ANN, "@Parley what is the capital of Canada?")
    answer = await server.answer("Ottawa.", settled=True)
    body = {"user": ANN, "channel": "general", "message": answer["id"], "name": "Canada"}
    thread = (await server.post("/control/threads", **body))["id"]
    await model.will_say("A million.")
    await server.say(ANN, "How many people?", channel=thread)
    await server.answer("A million.", channel=thread, settled=True)
    assert await server.told(ANN, "new", channel=thread) == texts.BEGUN_ANEW
    await model.will_say("Where?")
    await server.say(ANN, "Which river?", channel=thread)
    await server.answer("Where?", channel=thread)
    assert await turns(model) == ["Ann: Which river?"]


async def test_new_in_a_channel_says_that_every_question_is_new(server: Server) -> None:
    assert await server.told(ANN, "new") == texts.ALWAYS_ANEW


async def test_a_message_can_be_asked_about_from_its_menu(server: Server, model: Model) -> None:
    fact = await server.say(BEN, "The build is red since Tuesday.")
    assert (await server.command(ANN, NAME, target=fact))["state"] == "acknowledged"
    await model.will_say("Look at the log.")
    await server.submit(ANN, "what now?")
    answer = await server.answer("Look at the log.", settled=True)
    question = next(one for one in await server.own() if one["content"] == "**Ann asked:** what now?")
    assert answer["reference"]["message_id"] == question["id"]
    assert await turns(model) == ["Ben: The build is red since Tuesday.\n\nAnn: what now?"]


async def test_a_question_about_an_answer_goes_on_with_its_conversation(server: Server, model: Model) -> None:
    await model.will_say("Ottawa.")
    await server.say(ANN, "@Parley what is the capital of Canada?")
    answer = await server.answer("Ottawa.", settled=True)
    await server.command(BEN, NAME, target=answer["id"])
    await model.will_say("A million.")
    await server.submit(BEN, "how many people?")
    await server.answer("A million.")
    assert await turns(model) == ["Ann: what is the capital of Canada?", "Ottawa.", "Ben: how many people?"]


async def test_a_file_of_a_command_is_read(server: Server, model: Model) -> None:
    await model.will_say("Red.")
    options = {"question": "what is wrong?", "file": {"filename": "build.log", "text": "error: the build is red"}}
    await server.command(ANN, "ask", options=options)
    await server.answer("Red.", settled=True)
    assert "error: the build is red" in str(await turns(model))


async def test_a_file_of_a_message_is_read(server: Server, model: Model) -> None:
    await model.will_say("Red.")
    files = [{"filename": "build.log", "text": "error: the build is red"}]
    await server.say(ANN, "@Parley what is wrong?", attachments=files)
    await server.answer("Red.", settled=True)
    assert "error: the build is red" in str(await turns(model))
