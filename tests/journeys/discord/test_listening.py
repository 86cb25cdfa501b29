"""Which messages Parley answers, and where: as each channel is set up, and as Discord lets it read."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bots.playground.discord.world import DiscordWorld
from bots.service import serving as serving_parley
from core.configurations import Configurations
from core.people import WorkspaceRef, operator
from core.personas import Personas
from core.settings import Settings
from storage.database import Database
from storage.incoming import Place
from storage.words import Listening, Platform
from tests.journeys.control import Model, until
from tests.journeys.discord.server import ANN, BEN, CHLOE, DEPLOYBOT, Server

PARLEY = pytest.mark.usefixtures("parley")
START = "POST /channels/{channel}/messages/{message}/threads"


async def turns(model: Model) -> list[str]:
    return [message["content"] for message in (await model.messages())[1:]]


async def opened(server: Server) -> dict[str, Any]:
    """The first thread, once there is one."""

    async def look() -> dict[str, Any] | None:
        return next(iter((await server.state())["threads"]), None)

    return await until(look)


async def listen(server: Server, to: str, channel: str = "general") -> str:
    return await server.told(ANN, "listen", channel=channel, options={"to": to})


@pytest.fixture
async def without_intent(server: Server, settings: Settings) -> AsyncIterator[None]:
    await server.patch("/control/rules", message_content=False)
    async with serving_parley(settings, frozenset({Platform.DISCORD})):
        yield


@pytest.fixture
async def with_threads(settings: Settings) -> AsyncIterator[None]:
    wanted = settings.model_copy(update={"discord_threads": "on"})
    async with serving_parley(wanted, frozenset({Platform.DISCORD})):
        yield


@PARLEY
async def test_a_channel_can_listen_to_every_message_as_one_conversation(server: Server, model: Model) -> None:
    assert await listen(server, "every", "support") == "#support listens to every message."
    for question, answer in (("it does not print", "Is it on?"), ("yes", "Then I do not know.")):
        await model.will_say(answer)
        await server.say(BEN, question, channel="support")
        await server.answer(answer, channel="support", settled=True)
    await server.say(DEPLOYBOT, "Deployed.", channel="support")
    await server.say(BEN, "hello?", channel="random")
    await model.will_say("Bye.")
    await server.say(CHLOE, "@Parley thanks", channel="support")
    await server.answer("Bye.", channel="support")
    assert await turns(model) == [
        "Ben: it does not print",
        "Is it on?",
        "Ben: yes",
        "Then I do not know.",
        "deploybot (bot): Deployed.\n\nChloé: thanks",
    ]
    assert len(await model.requests()) == 3


@PARLEY
async def test_what_another_process_lets_a_channel_listen_to_holds_for_the_next_message(
    server: Server, world: DiscordWorld, settings: Settings, model: Model
) -> None:
    beside = await Database.open(settings.database_url)
    personas = Personas(beside, Configurations(beside))
    guild = WorkspaceRef(Platform.DISCORD, str(next(iter(world.guilds))))
    support = Place(platform=guild.platform, workspace_id=guild.id, channel_id=await server.channel_id("support"))
    for listening, said in ((None, "@Parley one"), (Listening.EVERY, "two"), (Listening.THREADS, "@Parley four")):
        if listening is not None:
            await personas.listen(operator(guild), support, listening)
        if listening is Listening.THREADS:
            await server.say(BEN, "three", channel="support")
        await model.will_say(f"Heard {said}.")
        await server.say(BEN, said, channel="support")
        await server.answer(f"Heard {said}.", channel="support", settled=True)
    await beside.close()
    assert len(await model.requests()) == 3
    assert "three" not in str(await model.requests())


@PARLEY
async def test_a_channel_can_listen_to_mentions_only(server: Server, model: Model) -> None:
    start = await server.say(BEN, "The build is red.")
    thread = (await server.post("/control/threads", user=BEN, channel="general", message=start, name="Build"))["id"]
    await listen(server, "mention")
    await model.will_say("I see.")
    await server.say(ANN, "@Parley look", channel=thread)
    await server.answer("I see.", channel=thread, settled=True)
    await server.say(ANN, "Let us talk among ourselves.", channel=thread)
    await model.will_say("Still here.")
    await server.say(ANN, "@Parley and you?", channel=thread)
    await server.answer("Still here.", channel=thread)
    assert len(await model.requests()) == 2
    assert "Ann: Let us talk among ourselves." in str(await turns(model))


@PARLEY
async def test_only_who_manages_the_channel_may_say_what_it_listens_to(server: Server) -> None:
    allowed = await server.get("/control/commands?user=Ben&channel=general")
    assert {one["name"]: one["allowed"] for one in allowed["commands"]}["listen"] is False


@PARLEY
async def test_status_is_a_checklist(server: Server) -> None:
    told = await server.told(BEN, "status")
    assert "✅ The model is `parley-playground`." in told
    assert "✅ #general listens to mentions, and to what is said in the conversations" in told
    assert "✅ I have every permission to answer here." in told
    assert "❌" not in told


@pytest.mark.usefixtures("without_intent")
async def test_without_the_message_content_intent_mentions_replies_and_direct_messages_are_answered(
    server: Server, model: Model
) -> None:
    await model.will_say("Ottawa.")
    await server.say(ANN, "@Parley what is the capital of Canada?")
    answer = await server.answer("Ottawa.", settled=True)
    await server.say(BEN, "I knew that.", reply_to=answer["id"], ping_on_reply=False)
    await model.will_say("A million.")
    await server.say(BEN, "How many people?", reply_to=answer["id"])
    await server.answer("A million.")
    assert await turns(model) == ["Ann: what is the capital of Canada?", "Ottawa.", "Ben: How many people?"]
    await model.will_say("Between us.")
    await server.say(ANN, "hello", channel="dm:Ann")
    await server.answer("Between us.", channel="dm:Ann")
    assert len(await model.requests()) == 3


@pytest.mark.usefixtures("without_intent")
async def test_without_the_message_content_intent_status_names_what_is_missing(server: Server) -> None:
    assert "❌ The message content intent is off" in await server.told(ANN, "status")
    assert "intent is off" in await listen(server, "every")


@pytest.mark.usefixtures("with_threads")
async def test_a_thread_can_be_opened_for_each_conversation_titled_by_its_question(
    server: Server, model: Model
) -> None:
    question = "what is the capital of Canada, " + "of all countries " * 8
    await model.will_say("Ottawa.")
    asked = await server.say(ANN, f"@Parley {question}")
    thread = await opened(server)
    await server.answer("Ottawa.", channel=asked, settled=True)
    assert (thread["id"], thread["starter_id"]) == (asked, asked)
    assert thread["name"] == f"{question[:99]}…"
    await model.will_say("A million.")
    await server.say(BEN, "How many people?", channel=asked)
    await server.answer("A million.", channel=asked)
    assert await turns(model) == [f"Ann: {question.strip()}", "Ottawa.", "Ben: How many people?"]
    assert await server.own() == []


@pytest.mark.usefixtures("with_threads")
async def test_a_command_opens_a_thread_below_its_question(server: Server, model: Model) -> None:
    await model.will_say("Ottawa.")
    interaction = await server.command(ANN, "ask", options={"question": "what is the capital of Canada?"})
    assert (await opened(server))["id"] == interaction["message"]
    await server.answer("Ottawa.", channel=interaction["message"])


@pytest.mark.usefixtures("with_threads")
async def test_where_no_thread_can_be_opened_the_channel_gets_the_answer_and_it_is_not_tried_again(
    server: Server, model: Model
) -> None:
    await server.patch("/control/rules", active_thread_limit=0)
    for number in range(3):
        await model.will_say(f"Answer {number}.")
        await server.say(ANN, f"@Parley question {number}?")
        await server.answer(f"Answer {number}.", settled=True)
    refused = await server.calls(START)
    assert [call["code"] for call in refused] == [160006]
