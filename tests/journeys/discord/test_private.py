"""Answers over the token of an interaction: seen by the asker alone, or where Parley cannot post."""

from typing import Any

import pytest

from bots.service import serving as serving_parley
from core import texts
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.discord.server import ANN, BEN, CHLOE, POST, Server, labels

PARLEY = pytest.mark.usefixtures("parley")
FOLLOW_UP = "POST /webhooks/{webhook}/{token}"


async def seen_by(server: Server, user: str, channel: str = "general") -> list[dict[str, Any]]:
    """What one person alone sees of Parley in a channel, oldest first."""
    state = await server.state()
    user_id = next(one["id"] for one in state["members"] if one["name"] == user)
    listed = state["messages"].get(await server.channel_id(channel), [])
    return [message for message in listed if message["ephemeral_for"] == user_id]


async def whispered(server: Server, user: str, saying: str, *, settled: bool = True) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        fit = (message for message in await seen_by(server, user) if message["content"] == saying)
        return next((message for message in fit if not settled or "👍" in labels(message)), None)

    return await until(look)


@PARLEY
async def test_a_private_question_is_answered_to_the_asker_alone(server: Server, model: Model) -> None:
    await model.will_say("Ottawa.")
    options = {"question": "what is the capital of Canada?", "private": True}
    assert (await server.command(BEN, "ask", options=options))["state"] == "acknowledged"
    answer = await whispered(server, BEN, "Ottawa.")
    assert labels(answer) == ["👍", "👎"]
    assert [message["content"] for message in await seen_by(server, BEN)] == [
        "**Ben asked:** what is the capital of Canada?",
        "Ottawa.",
    ]
    assert await server.messages() == []
    assert await server.calls(POST) == []
    assert (await server.state())["pings"] == []


@PARLEY
async def test_a_private_answer_stays_out_of_what_others_are_told(server: Server, model: Model) -> None:
    await model.will_say("A secret.")
    await server.command(BEN, "ask", options={"question": "what is secret?", "private": True})
    await whispered(server, BEN, "A secret.")
    await model.will_say("Nothing.")
    await server.say(CHLOE, "@Parley what did Ben ask?")
    await server.answer("Nothing.", settled=True)
    assert [turn["content"] for turn in (await model.messages())[1:]] == ["Chloé: what did Ben ask?"]


@PARLEY
async def test_a_long_private_answer_grows_and_goes_on_in_a_file(server: Server, model: Model) -> None:
    text = "\n\n".join(f"Paragraph {number}. " + "words " * 60 for number in range(60)).strip()
    await model.will_say(text, tokens_per_s=4_000)
    await server.command(BEN, "ask", options={"question": "write a lot", "private": True})

    async def whole() -> list[dict[str, Any]] | None:
        seen = await seen_by(server, BEN)
        return seen[1:] if seen and seen[-1]["attachments"] else None

    pieces = await until(whole)
    assert len(pieces) == 5
    assert pieces[-1]["attachments"][0]["filename"] == "answer.md"
    assert len(await server.calls(FOLLOW_UP)) == 5
    assert [call for call in (await server.get("/control/calls"))["calls"] if call["status"] == 429] == []


@PARLEY
async def test_a_private_answer_can_be_stopped_by_its_button(server: Server, model: Model) -> None:
    await model.will_say("One two three four", hold=True, hold_after=2)
    await server.command(BEN, "ask", options={"question": "count", "private": True})
    growing = await whispered(server, BEN, "One two", settled=False)
    await server.press(BEN, growing, "Stop")
    await whispered(server, BEN, f"One two\n\n_{texts.STOPPED}_")


@PARLEY
async def test_a_private_answer_ends_before_its_token_does(server: Server, model: Model) -> None:
    await model.will_say("One two three four", hold=True, hold_after=2)
    await server.command(BEN, "ask", options={"question": "count", "private": True}, age_s=839.0)
    await whispered(server, BEN, f"One two\n\n_{texts.STOPPED}_")


async def test_a_private_answer_is_given_after_a_restart(server: Server, model: Model, settings: Settings) -> None:
    await server.patch("/control/rules", identify_window_s=0.0)
    await model.will_say("One two three four", hold=True, hold_after=2)
    hasty = settings.model_copy(update={"grace_s": 0.0})
    async with serving_parley(hasty, frozenset({Platform.DISCORD})):
        await server.command(BEN, "ask", options={"question": "count", "private": True})
        await whispered(server, BEN, "One two", settled=False)
    assert await whispered(server, BEN, f"One two\n\n_{texts.INTERRUPTED}_")


@PARLEY
async def test_where_parley_may_not_post_ask_is_answered_over_its_token(server: Server, model: Model) -> None:
    await model.will_say("Hello, Ann!")
    await server.command(ANN, "ask", channel="private", options={"question": "hello"})
    await server.answer("Hello, Ann!", channel="private")
    assert await server.calls(POST) == []


@PARLEY
async def test_where_only_a_person_installed_parley_it_answers_with_at_most_five_follow_ups(
    server: Server, model: Model
) -> None:
    text = "\n\n".join(f"Paragraph {number}. " + "words " * 60 for number in range(60)).strip()
    await model.will_say(text)
    await server.command(BEN, "ask", options={"question": "write a lot"}, installed_by="user")

    async def whole() -> bool:
        own = await server.own()
        return bool(own and own[-1]["attachments"])

    await until(whole)
    assert len(await server.calls(FOLLOW_UP)) == 5
    assert await server.calls(POST) == []


@PARLEY
async def test_in_a_locked_thread_ask_is_answered_over_its_token(server: Server, model: Model) -> None:
    start = await server.say(BEN, "The build is red.")
    body = {"user": BEN, "channel": "general", "message": start, "name": "Build"}
    thread = (await server.post("/control/threads", **body))["id"]
    await server.patch(f"/control/threads/{thread}", locked=True)
    await model.will_say("Hello, Ann!")
    await server.command(ANN, "ask", channel=thread, options={"question": "hello"})
    await server.answer("Hello, Ann!", channel=thread)
    assert await server.calls(POST) == []


@PARLEY
async def test_a_private_question_may_have_a_file(server: Server, model: Model) -> None:
    await model.will_say("Red.")
    file = {"filename": "build.log", "text": "error: the build is red"}
    await server.command(BEN, "ask", options={"question": "what is wrong?", "private": True, "file": file})
    await whispered(server, BEN, "Red.")
    assert "error: the build is red" in str(await model.messages())


@PARLEY
async def test_a_follow_up_whose_answer_is_lost_is_not_sent_twice(server: Server, model: Model) -> None:
    await server.fault(FOLLOW_UP, "lose")
    await model.will_say("Ottawa.")
    options = {"question": "what is the capital of Canada?", "private": True}
    await server.command(BEN, "ask", options=options)
    await whispered(server, BEN, "Ottawa.")
    assert len([message for message in await seen_by(server, BEN) if message["content"] == "Ottawa."]) == 1
    assert len(await server.calls(FOLLOW_UP)) == 1
