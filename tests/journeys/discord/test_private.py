"""Answers over the token of an interaction: seen by the asker alone, or where Parley cannot post.

Each is one message, which is written by edits alone.
"""

import asyncio
from typing import Any

import pytest

from bots.playground.discord.entities import Origin
from bots.playground.discord.world import DiscordWorld, Draft
from bots.service import serving as serving_parley
from core import texts
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.discord.server import ANN, BEN, CHLOE, POST, Server, labels

PARLEY = pytest.mark.usefixtures("parley")
FOLLOW_UP = "POST /webhooks/{webhook}/{token}"
EDIT = "PATCH /webhooks/{webhook}/{token}/messages/{message}"
SETTLED = ["Regenerate", "👍", "👎"]
PARAGRAPHS = [f"Paragraph {number}. " + "words " * 60 for number in range(60)]


async def seen_by(server: Server, user: str, channel: str = "general") -> list[dict[str, Any]]:
    """What one person alone sees of Parley in a channel, oldest first."""
    state = await server.state()
    user_id = next(one["id"] for one in state["members"] if one["name"] == user)
    listed = state["messages"].get(await server.channel_id(channel), [])
    return [message for message in listed if message["ephemeral_for"] == user_id]


def said(message: dict[str, Any]) -> str:
    """The answer below the question that is quoted."""
    return str(message["content"]).partition("\n\n")[2]


async def whispered(server: Server, user: str, saying: str, *, settled: bool = True) -> dict[str, Any]:
    """The one message that a person alone sees, once it has this answer."""

    async def look() -> dict[str, Any] | None:
        seen = await seen_by(server, user)
        assert len(seen) <= 1
        return next((one for one in seen if said(one) == saying and (not settled or labels(one) == SETTLED)), None)

    return await until(look)


async def with_file(server: Server, user: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        return next((message for message in await seen_by(server, user) if message["attachments"]), None)

    return await until(look)


async def text_of_file(server: Server, message: dict[str, Any]) -> str:
    async with server.connections.get(message["attachments"][0]["url"]) as response:
        return await response.text()


async def refusals(server: Server) -> list[dict[str, Any]]:
    return [call for call in (await server.get("/control/calls"))["calls"] if call["status"] == 429]


async def tokens(server: Server) -> list[str]:
    """The tokens by which messages were edited, in the order of their first use."""
    return list(dict.fromkeys(call["path"].split("/")[5] for call in await server.calls(EDIT)))


@PARLEY
async def test_a_private_question_is_answered_to_the_asker_alone_in_one_message(server: Server, model: Model) -> None:
    await model.will_say("Ottawa.")
    options = {"question": "what is the capital of Canada?", "private": True}
    assert (await server.command(BEN, "ask", options=options))["state"] == "acknowledged"
    answer = await whispered(server, BEN, "Ottawa.")
    assert answer["content"] == "**Ben asked:** what is the capital of Canada?\n\nOttawa."
    assert answer["suppress_embeds"]
    assert await server.messages() == []
    assert await server.calls(POST) == await server.calls(FOLLOW_UP) == []
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
async def test_a_long_private_answer_is_one_message_and_a_file(server: Server, model: Model) -> None:
    """The question has its marks shown: an open fence in it would swallow the answer."""
    text = "\n\n".join(PARAGRAPHS).strip()
    await model.will_say(text, hold=True, hold_after=2_000)
    await server.command(BEN, "ask", options={"question": "```why``` " * 200, "private": True})

    async def full() -> dict[str, Any] | None:
        return next((one for one in await seen_by(server, BEN) if len(said(one)) > 1_300), None)

    full_up = await until(full)
    assert labels(full_up) == ["Stop"]
    await model.post("/control/release")
    answer = await with_file(server, BEN)
    assert labels(answer) == SETTLED
    quote, _, shown = answer["content"].partition("\n\n")
    assert quote.startswith(r"**Ben asked:** \`\`\`why")
    assert quote.endswith("…")
    assert [file["filename"] for file in answer["attachments"]] == ["answer.md"]
    assert [*shown.split(), *(await text_of_file(server, answer)).split()] == text.split()
    assert len(await seen_by(server, BEN)) == 1
    assert await server.calls(FOLLOW_UP) == await refusals(server) == []


@PARLEY
async def test_a_private_answer_is_made_anew_again_and_again_in_its_place(server: Server, model: Model) -> None:
    await model.will_say("Short.")
    await server.command(BEN, "ask", options={"question": "hello", "private": True})
    first = await whispered(server, BEN, "Short.")
    await model.will_say("\n\n".join(PARAGRAPHS))
    await server.press(BEN, first, "Regenerate")
    second = await with_file(server, BEN)
    await model.will_say("Short again.")
    await server.press(BEN, second, "Regenerate")
    third = await whispered(server, BEN, "Short again.")
    assert third["attachments"] == []
    assert first["id"] == second["id"] == third["id"]
    assert len(await tokens(server)) == 3
    assert await refusals(server) == []


@PARLEY
async def test_a_private_answer_can_be_made_anew_when_its_token_has_run_out(server: Server, model: Model) -> None:
    await model.will_say("One two three four", hold=True, hold_after=2)
    await server.command(BEN, "ask", options={"question": "count", "private": True}, age_s=839.0)
    ended = await whispered(server, BEN, f"One two\n\n_{texts.STOPPED}_")
    await model.will_say("One two three four", hold=True, hold_after=3)
    await server.press(BEN, ended, "Regenerate", age_s=838.0)
    await whispered(server, BEN, f"One two three\n\n_{texts.STOPPED}_")
    await model.will_say("One two three four")
    await server.press(BEN, ended, "Regenerate")
    await whispered(server, BEN, "One two three four")
    assert len(await tokens(server)) == 3


@PARLEY
async def test_a_private_answer_can_be_stopped_by_its_button(server: Server, model: Model) -> None:
    await model.will_say("One two three four", hold=True, hold_after=2)
    await server.command(BEN, "ask", options={"question": "count", "private": True})
    growing = await whispered(server, BEN, "One two", settled=False)
    await server.press(BEN, growing, "Stop")
    await whispered(server, BEN, f"One two\n\n_{texts.STOPPED}_")


@PARLEY
async def test_stop_below_an_answer_that_was_lost_brings_the_other_buttons(server: Server, model: Model) -> None:
    await model.will_say("One two three four", hold=True, hold_after=2)
    await server.command(BEN, "ask", options={"question": "count", "private": True})
    growing = await whispered(server, BEN, "One two", settled=False)
    await server.patch("/control/rules", interaction_token_life_s=0.0)
    await server.press(BEN, growing, "Stop")
    await until(lambda: failed(server))
    await server.patch("/control/rules", interaction_token_life_s=900.0)

    async def told() -> str:
        return await server.told_by(await server.press(BEN, growing, "Stop"))

    assert await told() == texts.NOTHING_TO_STOP
    (lost,) = [one for one in await seen_by(server, BEN) if one["id"] == growing["id"]]
    assert (said(lost), labels(lost)) == ("One two", SETTLED)
    await model.will_say("All of it.")
    await server.press(BEN, lost, "Regenerate")

    async def anew() -> bool:
        return any(said(one) == "All of it." and one["id"] == growing["id"] for one in await seen_by(server, BEN))

    await until(anew)


async def failed(server: Server) -> bool:
    return any(call["code"] == 50027 for call in await server.calls(EDIT))


async def answered(server: Server, saying: str, channel: str) -> dict[str, Any]:
    """Parley's one message of a channel, once it has this answer and is finished."""

    async def look() -> dict[str, Any] | None:
        (own,) = await server.own(channel)
        return own if said(own) == saying and labels(own) == SETTLED else None

    return await until(look)


async def locked_thread(server: Server) -> str:
    start = await server.say(BEN, "The build is red.")
    body = {"user": BEN, "channel": "general", "message": start, "name": "Build"}
    thread = str((await server.post("/control/threads", **body))["id"])
    await server.patch(f"/control/threads/{thread}", locked=True)
    return thread


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
    await answered(server, "Hello, Ann!", "private")
    assert await server.calls(POST) == []


@PARLEY
async def test_where_only_a_person_installed_parley_it_answers_in_one_message(server: Server, model: Model) -> None:
    await model.will_say("\n\n".join(PARAGRAPHS))
    await server.command(BEN, "ask", options={"question": "write a lot"}, installed_by="user")

    async def whole() -> bool:
        own = await server.own()
        return bool(own and own[-1]["attachments"])

    await until(whole)
    assert len(await server.own()) == 1
    assert await server.calls(FOLLOW_UP) == await server.calls(POST) == []


@PARLEY
async def test_only_the_asker_or_a_moderator_has_an_answer_over_a_token_made_anew(
    server: Server, model: Model, world: DiscordWorld
) -> None:
    thread = await locked_thread(server)
    await model.will_say("First.")
    await server.command(BEN, "ask", channel=thread, options={"question": "hello"})
    first = await answered(server, "First.", thread)
    assert await server.told_by(await server.press(CHLOE, first, "Regenerate")) == texts.NOT_YOUR_REPLY
    elsewhere = await server.post("/control/servers", name="Elsewhere", user=BEN)
    forged = Draft(
        components=first["components"], application_id=world.application_id, origin=Origin(1, 2, world.bot.id, "ask")
    )
    posted = world.post(world.channels[int(elsewhere["channels"]["lobby"])], world.bot, forged)
    pressed = await server.press(BEN, {"id": str(posted.id), "components": posted.components}, "Regenerate")
    assert await server.told_by(pressed) == texts.NOTHING_TO_STOP
    assert len(await tokens(server)) == 1

    await model.will_say("Second.")
    await asyncio.gather(*(server.press(BEN, first, "Regenerate") for _ in range(2)))
    await answered(server, "Second.", thread)
    assert len(await model.requests()) == 2
    assert len(await tokens(server)) == 2


@PARLEY
async def test_in_a_locked_thread_ask_is_answered_over_its_token(server: Server, model: Model) -> None:
    thread = await locked_thread(server)
    await model.will_say("Hello, Ann!")
    await server.command(ANN, "ask", channel=thread, options={"question": "hello"})
    await answered(server, "Hello, Ann!", thread)
    assert await server.calls(POST) == []


@PARLEY
async def test_a_private_question_may_have_a_file(server: Server, model: Model) -> None:
    await model.will_say("Red.")
    file = {"filename": "build.log", "text": "error: the build is red"}
    await server.command(BEN, "ask", options={"question": "what is wrong?", "private": True, "file": file})
    await whispered(server, BEN, "Red.")
    assert "error: the build is red" in str(await model.messages())


@PARLEY
async def test_an_edit_whose_answer_is_lost_is_made_again_and_doubles_nothing(server: Server, model: Model) -> None:
    await server.fault(EDIT, "lose", times=2)
    await model.will_say("\n\n".join(PARAGRAPHS))
    await server.command(BEN, "ask", options={"question": "write a lot", "private": True})
    answer = await with_file(server, BEN)
    assert len(answer["attachments"]) == 1
    assert len(await seen_by(server, BEN)) == 1


@PARLEY
async def test_a_token_that_discord_does_not_know_for_a_moment_is_tried_again(server: Server, model: Model) -> None:
    await server.fault(EDIT, "status", status=404, body='{"code": 10015, "message": "Unknown Webhook"}')
    await model.will_say("Ottawa.")
    await server.command(ANN, "ask", options={"question": "what is the capital of Canada?", "private": True})
    await whispered(server, ANN, "Ottawa.")
