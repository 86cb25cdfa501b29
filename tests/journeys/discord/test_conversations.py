import pytest

from bots.playground.discord.world import DiscordWorld
from tests.journeys.control import Model, until
from tests.journeys.discord.server import ANN, BEN, CHLOE, Server

pytestmark = pytest.mark.usefixtures("parley")


async def said(model: Model) -> list[str]:
    """The turns of the newest request, without the system message."""
    return [message["content"] for message in (await model.messages())[1:]]


async def test_a_reply_to_an_answer_goes_on_with_the_whole_history(server: Server, model: Model) -> None:
    await model.will_say("Ottawa.")
    await server.say(ANN, "@Parley what is the capital of Canada?")
    answer = await server.answer("Ottawa.")
    await model.will_say("About a million.")
    await server.say(BEN, "And how many people live there?", reply_to=answer["id"], ping_on_reply=False)
    answer = await server.answer("About a million.")
    await model.will_say("The Rideau.")
    await server.say(CHLOE, "Which river?", reply_to=answer["id"])
    await server.answer("The Rideau.")
    system, *turns = await model.messages()
    assert turns == [
        {"role": "user", "content": "Ann: what is the capital of Canada?"},
        {"role": "assistant", "content": "Ottawa."},
        {"role": "user", "content": "Ben: And how many people live there?"},
        {"role": "assistant", "content": "About a million."},
        {"role": "user", "content": "Chloé: Which river?"},
    ]
    assert "Taking part: Ann, Ben, Chloé." in system["content"]
    assert "You are on Discord, in the server 'Parley Playground', channel #general." in system["content"]


async def test_a_reply_to_a_later_message_of_a_long_answer_belongs_to_it(server: Server, model: Model) -> None:
    text = "\n\n".join(f"Paragraph {number}. " + "words " * 40 for number in range(12)).strip()
    await model.will_say(text)
    await server.say(ANN, "@Parley write a lot")

    async def two() -> bool:
        own = await server.own()
        return len(own) == 2 and own[1]["content"] == text[-len(own[1]["content"]) :]

    await until(two)
    await model.will_say("Gladly.")
    await server.say(ANN, "Thanks!", reply_to=(await server.own())[1]["id"], channel="general")
    await server.answer("Gladly.")
    assert await said(model) == ["Ann: write a lot", text, "Ann: Thanks!"]


async def test_a_mention_in_a_reply_brings_the_message_that_is_replied_to(server: Server, model: Model) -> None:
    fact = await server.say(BEN, "The build is red since Tuesday.")
    await model.will_say("Look at the log.")
    await server.say(ANN, "@Parley what now?", reply_to=fact)
    await server.answer("Look at the log.")
    assert await said(model) == ["Ben: The build is red since Tuesday.\n\nAnn: what now?"]


async def test_a_message_that_discord_did_not_send_along_is_fetched(server: Server, model: Model) -> None:
    fact = await server.say(BEN, "The build is red.")
    channel = await server.channel_id("general")
    reference = {"message_id": fact, "channel_id": channel}
    own = (await server.state())["me"]["id"]
    raw = {"type": 19, "message_reference": reference}
    await model.will_say("Look at the log.")
    await server.say(ANN, f"<@{own}> what now?", raw=raw)
    await server.answer("Look at the log.")
    assert await said(model) == ["Ben: The build is red.\n\nAnn: what now?"]


async def test_a_reply_to_a_deleted_message_is_answered_without_it(server: Server, model: Model) -> None:
    gone = await server.say(BEN, "Forget this.")
    await server.remove(BEN, gone)
    channel = await server.channel_id("general")
    raw = {"type": 19, "message_reference": {"message_id": gone, "channel_id": channel}, "referenced_message": None}
    await model.will_say("I know nothing.")
    await server.say(ANN, "@Parley what was it?", raw=raw)
    await server.answer("I know nothing.")
    assert await said(model) == ["Ann: what was it?"]


async def test_a_thread_is_one_conversation_that_knows_what_was_said_before(server: Server, model: Model) -> None:
    start = await server.say(BEN, "The build is red.")
    thread = (await server.post("/control/threads", user=BEN, channel="general", message=start, name="Build"))["id"]
    await server.say(CHLOE, "I changed the compiler.", channel=thread)
    await model.will_say("Then change it back.")
    asked = await server.say(ANN, "@Parley what now?", channel=thread)
    answer = await server.answer("Then change it back.", channel=thread)
    assert answer["reference"]["message_id"] == asked
    assert await said(model) == ["Ben: The build is red.\n\nChloé: I changed the compiler.\n\nAnn: what now?"]
    await model.will_say("Gladly.")
    await server.say(BEN, "Thanks.", channel=thread)
    await server.answer("Gladly.", channel=thread)
    assert (await said(model))[1:] == ["Then change it back.", "Ben: Thanks."]


async def test_a_conversation_goes_on_in_a_thread_that_is_started_from_it(server: Server, model: Model) -> None:
    await model.will_say("Ottawa.")
    await server.say(ANN, "@Parley what is the capital of Canada?")
    answer = await server.answer("Ottawa.")
    body = {"user": ANN, "channel": "general", "message": answer["id"], "name": "Canada"}
    thread = (await server.post("/control/threads", **body))["id"]
    await model.will_say("A million.")
    asked = await server.say(ANN, "How many people?", channel=thread)
    in_thread = await server.answer("A million.", channel=thread)
    assert in_thread["reference"]["message_id"] == asked
    history = ["Ann: what is the capital of Canada?", "Ottawa.", "Ann: How many people?"]
    assert await said(model) == history
    await model.will_say("The Rideau.")
    back = await server.say(BEN, "Which river?", reply_to=answer["id"])
    assert (await server.answer("The Rideau."))["reference"]["message_id"] == back
    assert await said(model) == [*history, "A million.", "Ben: Which river?"]


async def test_a_thread_that_the_gateway_did_not_tell_of_is_found(
    server: Server, model: Model, world: DiscordWorld
) -> None:
    start = await server.say(BEN, "The build is red.")
    thread = (await server.post("/control/threads", user=BEN, channel="general", message=start, name="Build"))["id"]
    guild = str(next(iter(world.guilds)))
    general = await server.channel_id("general")
    gone = {"id": thread, "guild_id": guild, "parent_id": general, "type": 11}
    await server.post("/control/raw-events", t="THREAD_DELETE", d=gone)
    await model.will_say("Look at the log.")
    await server.say(ANN, "@Parley what now?", channel=thread)
    await server.answer("Look at the log.", channel=thread)
    assert await said(model) == ["Ben: The build is red.\n\nAnn: what now?"]


async def test_a_forum_post_that_mentions_parley_is_answered_in_it(server: Server, model: Model) -> None:
    await model.will_say("Good idea.")
    body = {"user": ANN, "channel": "ideas", "name": "Lights", "content": "@Parley what about green ones?"}
    thread = (await server.post("/control/threads", **body))["id"]
    await server.answer("Good idea.", channel=thread)
    assert "channel #ideas" in (await model.messages())[0]["content"]


async def test_ids_are_read_as_names(server: Server, model: Model) -> None:
    await model.will_say("I see.")
    await server.say(ANN, "@Parley ask @Ben in #random about <:party:123456789012345678> at <t:1700000000:R>")
    await server.answer("I see.")
    assert await said(model) == ["Ann: ask @Ben in #random about :party: at 2023-11-14 22:13 UTC"]


async def test_a_forwarded_message_is_read(server: Server, model: Model) -> None:
    fact = await server.say(BEN, "The build is red.", channel="random")
    await server.say(ANN, "", channel="dm:Ann", forward=fact)

    async def heard() -> bool:
        return bool(await model.requests())

    await until(heard)
    assert await said(model) == ["Ann: Forwarded: The build is red."]
