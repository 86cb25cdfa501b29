import asyncio
import sqlite3
from contextlib import AsyncExitStack

import pytest

from bots.playground.discord.world import DiscordWorld
from core.settings import Settings
from tests.journeys.control import Model, until
from tests.journeys.discord.parleys import WINDOW_S, another
from tests.journeys.discord.server import ANN, BEN, Server

READ = "GET /channels/{channel}/messages"
READ_ONE = "GET /channels/{channel}/messages/{message}"


@pytest.fixture(autouse=True)
async def quick(server: Server) -> None:
    """Sessions may begin as often as `another` lets them."""
    await server.patch("/control/rules", identify_window_s=WINDOW_S / 2)


async def caught_up(server: Server, model: Model) -> None:
    """A question asked now is answered, and so was everything before it in the same place."""
    await model.will_say("Now.", match="and now")
    await server.say(BEN, "@Parley and now?", channel="support")
    await server.answer("Now.", channel="support", settled=True)


async def answered_thread(server: Server, model: Model) -> str:
    """A thread below a message, in which Parley was asked once and has answered."""
    start = await server.say(BEN, "The build is red.")
    thread = str((await server.post("/control/threads", user=BEN, channel="general", message=start, name="Red"))["id"])
    await model.will_say("Look at the log.")
    await server.say(BEN, "@Parley what now?", channel=thread)
    await server.answer("Look at the log.", channel=thread, settled=True)
    return thread


async def known(settings: Settings, text: str) -> bool:
    """Whether Parley remembers a message that says this."""
    with sqlite3.connect(settings.database_url.removeprefix("sqlite:///")) as database:
        return bool(database.execute("SELECT 1 FROM message WHERE text = ?", (text,)).fetchall())


async def test_a_mention_missed_while_parley_was_down_is_answered_once(
    server: Server, model: Model, settings: Settings
) -> None:
    await model.will_say("Good morning.", match="awake")
    asked = await server.say(ANN, "@Parley are you awake?")
    async with another(settings):
        answer = await server.answer("Good morning.", settled=True)
        assert answer["reference"]["message_id"] == asked
    async with another(settings):
        await caught_up(server, model)
    assert len(await server.own()) == 1
    assert len(await model.requests()) == 2


async def test_a_mention_missed_between_two_sessions_is_answered_once(
    server: Server, model: Model, settings: Settings
) -> None:
    async with another(settings):
        await server.post("/control/gateway", action="invalidate", resumable=False)

        async def away() -> bool:
            return not any(session["connected"] for session in (await server.get("/control/gateway"))["sessions"])

        await until(away)
        await model.will_say("I am back.", match="there")
        await server.say(ANN, "@Parley are you there?")
        await server.answer("I am back.", settled=True)
        await caught_up(server, model)
    assert len(await server.own()) == 1


async def test_what_is_too_old_is_not_answered(server: Server, model: Model, settings: Settings) -> None:
    await server.say(ANN, "@Parley is it Monday?", age_s=settings.catch_up_s + 60)
    async with another(settings):
        await caught_up(server, model)
    assert await server.own() == []


async def test_what_is_too_old_is_remembered_where_parley_takes_part(
    server: Server, model: Model, settings: Settings
) -> None:
    channel = "dm:Ann"
    async with another(settings):
        await model.will_say("Noted.")
        await server.say(ANN, "I like tea.", channel=channel, age_s=3_600)
        await server.answer("Noted.", channel=channel, settled=True)
    await server.say(ANN, "And cake.", channel=channel, age_s=1_800)
    async with another(settings):

        async def read() -> bool:
            return any(call["status"] == 200 for call in await server.calls(READ))

        await until(read)
        await model.will_say("Tea and cake.")
        await server.say(ANN, "What do I like?", channel=channel)
        await server.answer("Tea and cake.", channel=channel)
    turns = [message["content"] for message in (await model.messages())[1:]]
    assert turns == ["Ann: I like tea.", "Noted.", "Ann: And cake.\n\nAnn: What do I like?"]
    assert len(await model.requests()) == 2


async def test_a_missed_message_in_a_thread_that_parley_is_in_is_answered_without_a_mention(
    server: Server, model: Model, settings: Settings
) -> None:
    async with another(settings):
        thread = await answered_thread(server, model)
    await model.will_say("You are welcome.")
    await server.say(BEN, "Thanks!", channel=thread)
    async with another(settings):
        await server.answer("You are welcome.", channel=thread, settled=True)
        await caught_up(server, model)
    assert len(await server.own(thread)) == 2


async def test_two_deployments_that_start_together_answer_what_was_missed_once(
    server: Server, model: Model, settings: Settings
) -> None:
    await model.will_say("Good morning.", match="awake")
    await server.say(ANN, "@Parley are you awake?")
    async with AsyncExitStack() as stack:
        await asyncio.gather(*(stack.enter_async_context(another(settings)) for _ in range(2)))
        await server.answer("Good morning.", settled=True)
        await caught_up(server, model)
    assert len(await server.own()) == 1
    assert len(await model.requests()) == 2


async def test_what_another_database_has_answered_is_not_answered_again(
    server: Server, model: Model, settings: Settings
) -> None:
    async with another(settings):
        await model.will_say("Hello.")
        await server.say(ANN, "@Parley hello")
        await server.answer("Hello.", settled=True)
    fresh = settings.model_copy(update={"database_url": settings.database_url.replace("parley.db", "fresh.db")})
    async with another(fresh):
        await caught_up(server, model)
    assert len(await server.own()) == 1


async def test_only_places_that_were_written_in_are_read(server: Server, model: Model, settings: Settings) -> None:
    await server.say(BEN, "nothing for Parley", channel="random")
    async with another(settings):
        await caught_up(server, model)
    read = {call["path"].split("/")[-2] for call in await server.calls(READ)}
    assert await server.channel_id("random") in read
    assert read <= {await server.channel_id(name) for name in ("random", "support")}


async def test_a_channel_that_parley_may_not_read_costs_nothing_but_itself(
    server: Server, model: Model, settings: Settings, world: DiscordWorld
) -> None:
    await server.say(BEN, "@Parley one", channel="random")
    await server.say(BEN, "@Parley two", channel="general")
    await server.fault(READ, "status", status=403, body='{"code": 50001, "message": "Missing Access"}')
    await model.will_say("Two or one.")
    async with another(settings):

        async def answered() -> bool:
            return bool(await server.own("random") + await server.own("general"))

        await until(answered)
        await caught_up(server, model)


async def test_catching_up_can_be_switched_off(server: Server, model: Model, settings: Settings) -> None:
    await server.say(ANN, "@Parley are you awake?")
    async with another(settings.model_copy(update={"catch_up_s": 0.0})):
        await caught_up(server, model)
    assert await server.own() == []
    assert await server.calls(READ) == []


async def test_what_was_edited_while_parley_was_away_is_read_as_it_is_now(
    server: Server, model: Model, settings: Settings
) -> None:
    async with another(settings):
        await model.will_say("Noted.")
        asked = await server.say(BEN, "@Parley my colour is red")
        noted = await server.answer("Noted.", settled=True)
    await server.patch(f"/control/messages/{asked}", user=BEN, content="@Parley my colour is blue")
    async with another(settings):
        await until(lambda: known(settings, "my colour is blue"))
        await model.will_say("Blue.")
        await server.say(BEN, "Which colour?", reply_to=noted["id"])
        await server.answer("Blue.", settled=True)
    assert [turn["content"] for turn in (await model.messages())[1:]] == [
        "Ben: my colour is blue",
        "Noted.",
        "Ben: Which colour?",
    ]


async def test_what_was_deleted_while_parley_was_away_is_forgotten(
    server: Server, model: Model, settings: Settings
) -> None:
    channel = "dm:Ann"
    async with another(settings):
        for secret in ("one", "two"):
            await model.will_say(f"Noted {secret}.")
            said = await server.say(ANN, f"My secret is {secret}.", channel=channel)
            noted = await server.answer(f"Noted {secret}.", channel=channel, settled=True)
    await server.remove(ANN, said)
    await server.delete(f"/control/messages/{noted['id']}")
    async with another(settings):

        async def forgotten() -> bool:
            return not await known(settings, "My secret is two.") and not await known(settings, "Noted two.")

        await until(forgotten)
        await model.will_say("One.")
        await server.say(ANN, "Which secrets?", channel=channel)
        await server.answer("One.", channel=channel, settled=True)
    assert "two" not in str((await model.messages())[1:])
    assert "My secret is one." in str((await model.messages())[1:])


async def test_a_thread_keeps_its_first_message_which_stands_in_the_channel(
    server: Server, model: Model, settings: Settings
) -> None:
    async with another(settings):
        thread = await answered_thread(server, model)
    async with another(settings):

        async def looked_for() -> bool:
            return [call["status"] for call in await server.calls(READ_ONE)] == [404, 200]

        await until(looked_for)
        await model.will_say("Gladly.")
        await server.say(BEN, "Thanks!", channel=thread)
        await server.answer("Gladly.", channel=thread, settled=True)
    assert "The build is red." in (await model.messages())[1]["content"]


async def test_what_may_not_be_read_any_more_stays_as_it_was(server: Server, model: Model, settings: Settings) -> None:
    async with another(settings):
        thread = await answered_thread(server, model)
        await model.will_say("Noted.")
        said = await server.say(BEN, "It is line 12.", channel=thread)
        await server.answer("Noted.", channel=thread, settled=True)
    await server.patch("/control/rules", message_content=False)
    await server.patch(f"/control/messages/{said}", user=BEN, content="It is line 13.")
    async with another(settings):

        async def read() -> bool:
            return bool(await server.calls(READ_ONE))

        await until(read)
        await model.will_say("Twelve.")
        await server.say(BEN, "@Parley which line?", channel=thread)
        await server.answer("Twelve.", channel=thread, settled=True)
    assert "It is line 12." in str(await model.messages())
