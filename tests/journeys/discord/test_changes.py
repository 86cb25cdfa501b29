"""What people edit and delete is no longer what Parley knows."""

import pytest

from tests.journeys.control import Model, until
from tests.journeys.discord.server import ANN, BEN, EDIT, POST, Server

pytestmark = pytest.mark.usefixtures("parley")
TEXT = " ".join(f"word{number}" for number in range(40))


async def turns(model: Model) -> list[str]:
    """The turns of the newest request, without the system message."""
    return [message["content"] for message in (await model.messages())[1:]]


async def rewrite(server: Server, user: str, message_id: str, content: str) -> None:
    await server.patch(f"/control/messages/{message_id}", user=user, content=content)


async def called_off(model: Model) -> bool:
    requests = (await model.get("/control/requests"))["requests"]
    return bool(requests and requests[-1]["disconnected"])


async def shown(server: Server) -> str:
    """The id of Parley's newest message, once there is one."""

    async def look() -> str:
        own = await server.own()
        return own[-1]["id"] if own else ""

    return await until(look)


async def test_an_edited_question_is_what_is_remembered(server: Server, model: Model) -> None:
    await model.will_say("Ottawa.")
    asked = await server.say(ANN, "@Parley what is the capital of Canada?")
    answer = await server.answer("Ottawa.", settled=True)
    await rewrite(server, ANN, asked, "@Parley what is the capital of Peru?")
    await model.will_say("Lima.")
    await server.say(ANN, "And now?", reply_to=answer["id"])
    await server.answer("Lima.")
    assert await turns(model) == ["Ann: what is the capital of Peru?", "Ottawa.", "Ann: And now?"]


async def test_an_edit_in_a_thread_and_in_a_direct_message_is_remembered(server: Server, model: Model) -> None:
    start = await server.say(BEN, "The build is red.")
    thread = (await server.post("/control/threads", user=BEN, channel="general", message=start, name="Build"))["id"]
    for channel in (thread, "dm:Ann"):
        await model.will_say("I see.")
        asked = await server.say(ANN, "@Parley it is read", channel=channel)
        await server.answer("I see.", channel=channel, settled=True)
        await rewrite(server, ANN, asked, "@Parley it is red")
        await model.will_say("Now I see.")
        await server.say(ANN, "And now?", channel=channel)
        await server.answer("Now I see.", channel=channel)
        assert (await turns(model))[0].endswith("Ann: it is red")


async def test_a_deleted_message_is_forgotten(server: Server, model: Model) -> None:
    await model.will_say("Noted.")
    asked = await server.say(ANN, "hello", channel="dm:Ann")
    await server.answer("Noted.", channel="dm:Ann", settled=True)
    await server.remove(ANN, asked)
    await model.will_say("Nothing.")
    await server.say(ANN, "What did I say?", channel="dm:Ann")
    await server.answer("Nothing.", channel="dm:Ann")
    assert await turns(model) == ["Parley (earlier): Noted.\n\nAnn: What did I say?"]


async def test_messages_that_are_deleted_together_are_forgotten(server: Server, model: Model) -> None:
    await model.will_say("Hello.")
    first = await server.say(ANN, "@Parley my number is 12345")
    answer = await server.answer("Hello.", settled=True)
    state = await server.state()
    gone = {"ids": [first], "channel_id": answer["channel"], "guild_id": state["guild"]["id"]}
    await server.post("/control/raw-events", t="MESSAGE_DELETE_BULK", d=gone)
    await model.will_say("No idea.")
    await server.say(BEN, "What is the number?", reply_to=answer["id"])
    await server.answer("No idea.")
    assert "12345" not in str(await turns(model))


async def test_an_unfurled_link_changes_nothing(server: Server, model: Model) -> None:
    await model.will_say("I see.")
    asked = await server.say(ANN, "@Parley look at https://example.com/page")
    answer = await server.answer("I see.", settled=True)

    async def unfurled() -> bool:
        listed = await server.messages()
        return any(message["id"] == asked and message["embeds"] for message in listed)

    await until(unfurled)
    await model.will_say("Yes.")
    await server.say(ANN, "Seen?", reply_to=answer["id"])
    await server.answer("Yes.")
    assert await turns(model) == ["Ann: look at https://example.com/page", "I see.", "Ann: Seen?"]


async def test_deleting_an_answer_while_it_grows_stops_it_and_nothing_is_posted_again(
    server: Server, model: Model
) -> None:
    await model.will_say(TEXT, hold=True, hold_after=30)
    await server.say(ANN, "@Parley count")
    await server.remove(ANN, await shown(server))
    await until(lambda: called_off(model))
    await model.will_say("Still here.")
    await server.say(ANN, "@Parley are you there?", channel="random")
    await server.answer("Still here.", channel="random", settled=True)
    assert await server.own() == []
    assert len(await server.calls(POST)) == 2
    assert len([call for call in await server.calls(EDIT) if call["status"] == 404]) <= 1


async def test_deleting_the_question_calls_its_answer_off(server: Server, model: Model) -> None:
    await model.will_say(TEXT, hold=True, hold_after=30)
    asked = await server.say(ANN, "@Parley count")
    await shown(server)
    await server.remove(ANN, asked)
    await until(lambda: called_off(model))
