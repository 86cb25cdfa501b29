import asyncio
import time
from typing import Any

import pytest

from bots.playground.discord.world import DiscordWorld
from bots.service import Service
from bots.service import serving as serving_parley
from core.errors import Kind, PlatformTrouble
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.discord.server import ANN, BEN, EDIT, POST, Server, labels

PARLEY = pytest.mark.usefixtures("parley")
TEXT = " ".join(f"word{number}" for number in range(40))


@PARLEY
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "limited", "retry_after_s": 0.5},
        {"kind": "status", "status": 502, "body": "<html>bad gateway</html>", "content_type": "text/html"},
        {"kind": "status", "status": 503, "body": "{}"},
        {"kind": "drop"},
        {"kind": "lose"},
    ],
    ids=["429", "502", "503", "dropped", "answer lost"],
)
@pytest.mark.parametrize("operation", [POST, EDIT], ids=["posting", "editing"])
async def test_the_final_text_is_there_once_although_a_write_fails(
    server: Server, model: Model, operation: str, fault: dict[str, Any]
) -> None:
    await server.fault(operation, **fault)
    await model.will_say(TEXT, tokens_per_s=80)
    await server.say(ANN, "@Parley count")
    await server.answer(TEXT)

    async def tried_again() -> bool:
        return len(await server.calls(operation)) >= 2

    await until(tried_again)
    assert [message["content"] for message in await server.own()] == [TEXT]


@PARLEY
async def test_a_post_that_was_not_heard_of_has_the_buttons_of_the_whole_answer(server: Server, model: Model) -> None:
    await server.fault(POST, "lose")
    await model.will_say(chunks=["All at once."], hold=True, hold_after=1)
    await server.say(ANN, "@Parley count")

    async def shown() -> bool:
        return (await model.get("/control/answers"))["held"] and bool(await server.own())

    await until(shown)
    await model.post("/control/release")

    async def settled() -> bool:
        return [labels(message)[:1] for message in await server.own()] == [["Regenerate"]]

    await until(settled)


@PARLEY
async def test_a_deleted_answer_is_not_posted_again_and_the_next_question_is_answered(
    server: Server, model: Model
) -> None:
    await model.will_say(TEXT, hold=True, hold_after=30)
    await server.say(ANN, "@Parley count")

    async def shown() -> bool:
        return bool(await server.own())

    await until(shown)
    await server.remove(ANN, (await server.own())[0]["id"])
    await model.post("/control/release")
    await model.will_say("Still here.")
    await server.say(ANN, "@Parley are you there?", channel="random")
    await server.answer("Still here.", channel="random")
    assert await server.own() == []


@PARLEY
async def test_a_question_whose_deletion_went_unheard_is_answered_all_the_same(server: Server, model: Model) -> None:
    await model.will_say("Here you are.", hold=True)
    asked = await server.say(ANN, "@Parley tell me")

    async def held() -> bool:
        return bool((await model.get("/control/answers"))["held"])

    await until(held)
    await server.remove(ANN, asked)
    await model.post("/control/release")
    assert (await server.answer("Here you are."))["reference"] is None


@PARLEY
@pytest.mark.parametrize("tokens_per_s", [60, 15], ids=["quick", "slow"])
@pytest.mark.parametrize("shared", [False, True], ids=["separate buckets", "shared bucket"])
async def test_three_answers_in_one_channel_are_whole_soon_after_the_model_ends_without_a_429(
    server: Server, model: Model, tokens_per_s: int, *, shared: bool
) -> None:
    await server.patch("/control/rules", shared_write_bucket=shared)
    texts = [f"{TEXT} {number}" for number in range(3)]
    for text in texts:
        await model.will_say(text, tokens_per_s=tokens_per_s)
    for number in range(3):
        await server.say(ANN, f"@Parley count {number}")
    await asyncio.gather(*(server.answer(text) for text in texts))
    ended = max(one["ended"] for one in (await model.get("/control/requests"))["requests"])
    assert time.time() - ended < 3
    calls = (await server.get("/control/calls"))["calls"]
    assert [call for call in calls if call["status"] == 429] == []


@PARLEY
async def test_what_is_said_while_the_gateway_is_gone_is_answered_after_the_resume(
    server: Server, model: Model, parley: Service
) -> None:
    await server.post("/control/gateway", action="drop")
    await model.will_say("Back again.")
    await server.say(ANN, "@Parley are you there?")
    await server.answer("Back again.")
    assert (await server.get("/control/gateway"))["sessions"][0]["resumes"] == 1
    assert await parley.connected() == {Platform.DISCORD: True}


@PARLEY
async def test_a_reconnect_that_discord_asks_for_loses_nothing(server: Server, model: Model) -> None:
    await model.will_say(TEXT, tokens_per_s=100)
    await server.say(ANN, "@Parley count")
    await server.post("/control/gateway", action="reconnect")
    await model.will_say("Both.")
    await server.say(BEN, "@Parley me too", channel="random")
    await server.answer(TEXT)
    await server.answer("Both.", channel="random")
    assert len(await model.requests()) == 2


async def test_a_refused_token_says_so(server: Server, settings: Settings) -> None:
    wrong = settings.model_copy(update={"discord_token": type(settings.discord_token)("wrong")})
    with pytest.raises(PlatformTrouble) as trouble:
        async with serving_parley(wrong, frozenset({Platform.DISCORD})):
            pass
    assert (trouble.value.kind, trouble.value.code) == (Kind.DENIED, "token_refused")


async def test_without_the_message_content_intent_mentions_and_commands_are_still_served(
    server: Server, model: Model, settings: Settings
) -> None:
    await server.patch("/control/rules", message_content=False)
    async with serving_parley(settings, frozenset({Platform.DISCORD})):
        await model.will_say("Ottawa.")
        await server.say(ANN, "@Parley what is the capital of Canada?")
        answer = await server.answer("Ottawa.")
        await model.will_say("A million.")
        await server.say(ANN, "@Parley how many people?", reply_to=answer["id"])
        await server.answer("A million.")
        await model.will_say("Asked.")
        await server.command(ANN, "ask", channel="random", options={"question": "hello"})
        await server.answer("Asked.", channel="random")
    assert len(await model.requests()) == 3


async def test_an_intent_that_is_taken_away_between_login_and_gateway_says_so(
    server: Server, settings: Settings
) -> None:
    await server.fault("GET /gateway/bot", "slow", delay_s=0.5)

    async def take_away() -> None:
        async def registering() -> bool:
            return bool(await server.calls("GET /applications/{application}/commands"))

        await until(registering)
        await server.patch("/control/rules", message_content=False)

    taking = asyncio.create_task(take_away())
    with pytest.raises(PlatformTrouble) as trouble:
        async with serving_parley(settings, frozenset({Platform.DISCORD})):
            pass
    await taking
    assert (trouble.value.kind, trouble.value.code) == (Kind.DENIED, "intents_not_granted")


async def test_an_answer_in_flight_at_shutdown_is_finished(server: Server, model: Model, settings: Settings) -> None:
    async with serving_parley(settings, frozenset({Platform.DISCORD})):
        await model.will_say(TEXT, tokens_per_s=60)
        await server.say(ANN, "@Parley count")

        async def shown() -> bool:
            return bool(await server.own())

        await until(shown)
    assert [message["content"] for message in await server.own()] == [TEXT]


async def test_a_connection_that_is_lost_for_good_is_reported(
    server: Server, settings: Settings, world: DiscordWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serving_parley(settings, frozenset({Platform.DISCORD})) as parley:
        world.token = "another"
        await server.post("/control/gateway", action="reconnect")
        printed: list[str] = []

        async def lost() -> bool:
            printed.append(capsys.readouterr().out)
            return "discord.connection_lost" in "".join(printed)

        await until(lost)
        assert "token_refused" in "".join(printed)
        assert await parley.connected() == {Platform.DISCORD: False}
