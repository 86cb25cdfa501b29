"""What the message routes take and refuse."""

from typing import Any

import pytest

from tests.bots.playground.discord.driving import Bot, Place, library


async def path(place: Place, channel: str = "general") -> str:
    return f"/channels/{await place.id_of(channel)}/messages"


async def posted(place: Place, channel: str = "general", **body: Any) -> dict[str, Any]:
    status, message = await place.api("POST", await path(place, channel), body)
    assert status == 200, message
    return dict(message)


async def test_two_thousand_code_points_fit_whatever_their_bytes(quick: Place) -> None:
    assert len((await posted(quick, content="😀" * 2000))["content"]) == 2000


@pytest.mark.parametrize("body", [{}, {"content": ""}, {"content": " \n "}, {"content": None, "embeds": []}])
async def test_an_empty_message_is_refused(quick: Place, body: Any) -> None:
    status, answer = await quick.api("POST", await path(quick), body)
    assert (status, answer) == (400, {"message": "Cannot send an empty message", "code": 50006})


async def test_an_edit_cannot_leave_a_message_empty(quick: Place) -> None:
    message = await posted(quick, content="x")
    status, answer = await quick.api("PATCH", f"{await path(quick)}/{message['id']}", {"content": ""})
    assert (status, answer["code"]) == (400, 50006)


async def test_bodies_that_are_no_json_are_refused(quick: Place) -> None:
    headers = {"Authorization": "Bot discord-playground", "Content-Type": "application/json"}
    url = f"{quick.url}/api/v10{await path(quick)}"
    for raw in ("{", '{"content": "\\ud800"}'):
        async with quick.session.post(url, data=raw, headers=headers) as answer:
            assert answer.status == 400
            assert (await answer.json())["code"] == 50109
    status, answer_body = await quick.api("POST", await path(quick), ["x"])
    assert (status, answer_body["code"]) == (400, 50035)


@pytest.mark.parametrize(
    ("method", "route", "status", "code"),
    [
        ("GET", "/channels/1", 404, 10003),
        ("GET", "/channels/x", 400, 50035),
        ("GET", "/guilds/1", 404, 10004),
        ("GET", "/channels/{general}/messages/1", 404, 10008),
        ("DELETE", "/channels/{general}/messages/1", 404, 10008),
        ("GET", "/channels/{private}", 403, 50001),
        ("GET", "/guilds/{guild}/members/1", 404, 10007),
        ("GET", "/guilds/{guild}/roles/1", 404, 10011),
        ("GET", "/webhooks/1", 404, 10015),
        ("POST", "/webhooks/1/token", 404, 10015),
        ("GET", "/users/1", 404, 10013),
        ("GET", "/channels/{general}/messages?limit=101", 400, 50035),
        ("GET", "/nowhere", 404, 0),
    ],
)
async def test_what_does_not_exist_has_its_own_code(
    quick: Place, method: str, route: str, status: int, code: int
) -> None:
    ids = {"general": await quick.id_of("general"), "private": await quick.id_of("private")}
    guild = (await quick.state())["guild"]["id"]
    answer_status, answer = await quick.api(method, route.format(guild=guild, **ids))
    assert (answer_status, answer["code"]) == (status, code)


async def test_only_own_messages_are_edited_and_deleted(quick: Place) -> None:
    message = await quick.say("Ann", "general", "mine")
    route = f"{await path(quick)}/{message}"
    assert (await quick.api("PATCH", route, {"content": "yours"}))[1]["code"] == 50005
    assert (await quick.api("DELETE", route))[1]["code"] == 50013
    dm = await quick.say("Ann", "dm:Ann", "mine")
    assert (await quick.api("DELETE", f"{await path(quick, 'dm:Ann')}/{dm}"))[1]["code"] == 50003


async def test_a_forum_takes_no_messages(quick: Place) -> None:
    assert (await quick.api("POST", await path(quick, "ideas"), {"content": "x"}))[1]["code"] == 40058


async def test_a_reply_to_nothing_becomes_a_plain_message_when_that_is_wished(quick: Place) -> None:
    reference = {"message_id": "1", "fail_if_not_exists": False}
    assert (await posted(quick, content="x", message_reference=reference))["type"] == 0


async def test_an_enforced_nonce_answers_the_first_message_again(quick: Place) -> None:
    first = await posted(quick, content="one", nonce="job-1", enforce_nonce=True)
    again = await posted(quick, content="two", nonce="job-1", enforce_nonce=True)
    other = await posted(quick, content="three", nonce="job-1")
    assert first["nonce"] == "job-1"
    assert (again["id"], again["content"]) == (first["id"], "one")
    assert other["id"] != first["id"]


async def test_a_nonce_is_forgotten_after_its_window(quick: Place) -> None:
    await quick.control("PATCH", "rules", {"nonce_window_s": 0})
    first = await posted(quick, content="one", nonce=7, enforce_nonce=True)
    assert (await posted(quick, content="two", nonce=7, enforce_nonce=True))["id"] != first["id"]


async def test_a_forward_of_the_bot_carries_a_snapshot(quick: Place) -> None:
    original = await quick.say("Ann", "general", "text")
    reference = {"type": 1, "message_id": original, "channel_id": await quick.id_of("general")}
    message = await posted(quick, "random", message_reference=reference)
    assert message["message_snapshots"][0]["message"]["content"] == "text"
    assert "author" not in message["message_snapshots"][0]["message"]


async def test_a_file_over_the_limit_is_too_large(quick: Place, bot: Bot) -> None:
    import io

    await quick.control("PATCH", "rules", {"attachment_limit_bytes": 10})
    channel = bot.get_channel(int(await quick.id_of("general")))
    assert isinstance(channel, library.TextChannel)
    with pytest.raises(library.HTTPException) as refused:
        await channel.send(file=library.File(io.BytesIO(b"x" * 11), "x.txt"))
    assert (refused.value.status, refused.value.code) == (413, 40005)


async def test_the_suppress_flag_survives_a_partial_edit_and_falls_to_flags_zero(quick: Place) -> None:
    message = await posted(quick, content="x", flags=4)
    route = f"{await path(quick)}/{message['id']}"
    _, kept = await quick.api("PATCH", route, {"content": "y"})
    _, cleared = await quick.api("PATCH", route, {"content": "z", "flags": 0})
    assert (kept["flags"], cleared["flags"]) == (4, 0)


async def test_messages_are_deleted_in_bulk_only_with_the_permission(quick: Place) -> None:
    ids = [await quick.say("Ann", "general", str(number)) for number in range(2)]
    status, answer = await quick.api("POST", f"{await path(quick)}/bulk-delete", {"messages": ids})
    assert (status, answer["code"]) == (403, 50013)


async def test_a_bulk_names_no_message_twice_and_is_of_a_server(quick: Place) -> None:
    made = await quick.control("POST", "servers", {"name": "Own", "user": "Ann", "permissions": (1 << 53) - 1})
    route = f"/channels/{made['channels']['lobby']}/messages"
    ids = [(await quick.api("POST", route, {"content": "x"}))[1]["id"] for _ in range(2)]
    status, answer = await quick.api("POST", f"{route}/bulk-delete", {"messages": [ids[0], ids[0]]})
    assert (status, answer["errors"]["messages"]["1"]["_errors"][0]["code"]) == (400, "SET_TYPE_ALREADY_CONTAINS_VALUE")
    assert (await quick.api("POST", f"{route}/bulk-delete", {"messages": ids}))[0] == 204
    direct = f"{await path(quick, 'dm:Ann')}/bulk-delete"
    assert (await quick.api("POST", direct, {"messages": ids}))[1]["code"] == 50003


async def test_hundreds_of_messages_are_read_in_pages(quick: Place, bot: Bot) -> None:
    for number in range(250):
        await quick.say("Ann", "general", str(number))
    channel = bot.get_channel(int(await quick.id_of("general")))
    assert isinstance(channel, library.TextChannel)
    assert len([message async for message in channel.history(limit=None)]) == 250
