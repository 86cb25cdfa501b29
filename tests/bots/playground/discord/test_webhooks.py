"""Incoming webhooks and the control interface around them."""

import asyncio
import json
from typing import Any

import pytest

from tests.bots.playground.discord.driving import Bot, Place, library


async def webhook(place: Place) -> dict[str, Any]:
    status, made = await place.api("POST", f"/channels/{await place.id_of('general')}/webhooks", {"name": "Persona"})
    assert status == 200, made
    return dict(made)


async def test_a_webhook_speaks_under_its_own_name_and_edits_itself(quick: Place, bot: Bot) -> None:
    channel = bot.get_channel(int(await quick.id_of("general")))
    assert isinstance(channel, library.TextChannel)
    hook = await channel.create_webhook(name="Persona")
    sent = await hook.send("Ahoy", username="Pirate", wait=True)
    heard = await bot.heard.next("message")
    assert (heard.author.name, heard.webhook_id, heard.author.bot) == ("Pirate", hook.id, True)
    await sent.edit(content="Ahoy!")
    shown = await quick.message(str(sent.id))
    assert (shown["content"], shown["author"]["name"], shown["author"]["webhook"]) == ("Ahoy!", "Pirate", True)
    await sent.delete()
    await hook.delete()
    with pytest.raises(library.NotFound):
        await hook.send("gone")


@pytest.mark.parametrize("name", ["Clyde", "my discord bot", "x" * 81, ""])
async def test_some_names_are_forbidden(quick: Place, name: str) -> None:
    made = await webhook(quick)
    route = f"/webhooks/{made['id']}/{made['token']}"
    if name:
        assert (await quick.api("POST", route, {"content": "x", "username": name}))[1]["code"] == 50035
    assert (await quick.api("POST", f"/channels/{made['channel_id']}/webhooks", {"name": name}))[1]["code"] == 50035


async def test_without_wait_there_is_no_answer(quick: Place) -> None:
    made = await webhook(quick)
    assert await quick.api("POST", f"/webhooks/{made['id']}/{made['token']}", {"content": "x"}, token=None) == (204, "")


async def test_a_wrong_token_is_refused(quick: Place) -> None:
    made = await webhook(quick)
    status, answer = await quick.api("POST", f"/webhooks/{made['id']}/wrong", {"content": "x"}, token=None)
    assert (status, answer["code"]) == (401, 50027)


async def test_a_webhook_reaches_the_threads_of_its_channel_only(quick: Place) -> None:
    made = await webhook(quick)
    message = await quick.say("Ann", "general", "topic")
    thread = (await quick.control("POST", "threads", {"user": "Ann", "message": message, "name": "Talk"}))["id"]
    route = f"/webhooks/{made['id']}/{made['token']}?wait=true&thread_id="
    assert (await quick.api("POST", route + thread, {"content": "x"}))[1]["channel_id"] == thread
    other = await quick.id_of("random")
    assert (await quick.api("POST", route + other, {"content": "x"}))[1]["code"] == 10003


async def test_a_channel_has_fifteen_webhooks(quick: Place) -> None:
    for _ in range(15):
        await webhook(quick)
    status, answer = await quick.api("POST", f"/channels/{await quick.id_of('general')}/webhooks", {"name": "x"})
    assert (status, answer["code"]) == (400, 30007)


async def test_the_stream_tells_what_happens(quick: Place) -> None:
    async with quick.session.ws_connect(f"{quick.url}/control/events") as ws:
        assert json.loads(await ws.receive_str()) == {"event": "hello"}
        message = await quick.say("Ann", "general", "@Ben hi")
        created, ping = [json.loads(await ws.receive_str()) for _ in range(2)]
        assert (created["event"], created["message"]["id"]) == ("message_created", message)
        assert (ping["event"], ping["ping"]["user"]) == ("ping", await quick.id_of("Ben"))
        await quick.control("PATCH", f"messages/{message}", {"user": "Ann", "content": "hi"})
        assert json.loads(await ws.receive_str())["event"] == "message_updated"
        await quick.control("DELETE", f"messages/{message}")
        gone = json.loads(await asyncio.wait_for(ws.receive_str(), 5))
        assert gone == {"event": "message_deleted", "id": message, "channel": await quick.id_of("general")}


async def test_control_writes_must_be_json_and_name_what_is_there(quick: Place) -> None:
    async with quick.session.post(f"{quick.url}/control/messages", data="x") as answer:
        assert answer.status == 415
    for body in ({}, {"user": "Nobody", "channel": "general"}, {"user": "Ann", "channel": "nowhere"}):
        async with quick.session.post(f"{quick.url}/control/messages", json=body) as answer:
            assert answer.status in (400, 404)
            assert "error" in await answer.json()
    bad_rule = {"ack_deadline_s": "soon"}
    await quick.control("PATCH", "rules", bad_rule, expect=400)
    await quick.control("POST", "messages", {"user": "Ben", "channel": "private", "content": "x"}, expect=403)


async def test_raw_overrides_reach_the_bot_as_they_are(quick: Place, bot: Bot) -> None:
    await quick.say("Ann", "general", "", raw={"content": "\ud800 odd", "type": 0})
    assert (await bot.heard.next("message")).content == "\ud800 odd"


async def test_a_webhook_starts_posts_in_forums_alone(quick: Place) -> None:
    made, ideas = await webhook(quick), await quick.id_of("ideas")
    _, forum = await quick.api("POST", f"/channels/{ideas}/webhooks", {"name": "x"})
    in_text, in_forum = (f"/webhooks/{hook['id']}/{hook['token']}" for hook in (made, forum))
    named = {"content": "x", "thread_name": "Post"}
    assert (await quick.api("POST", in_text, named))[1]["code"] == 220003
    assert (await quick.api("POST", in_forum, {"content": "x"}))[1]["code"] == 220001
    _, post = await quick.api("POST", f"{in_forum}?wait=true", named)
    assert (await quick.api("POST", f"{in_forum}?thread_id={post['channel_id']}", named))[1]["code"] == 220002
