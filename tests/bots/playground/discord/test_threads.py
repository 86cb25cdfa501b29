"""Threads: started, archived, locked, listed."""

from typing import Any

import pytest

from tests.bots.playground.discord.driving import Bot, Place, library


async def thread_on_a_message(place: Place) -> tuple[str, str]:
    channel, message = await place.id_of("general"), await place.say("Ann", "general", "topic")
    status, thread = await place.api("POST", f"/channels/{channel}/messages/{message}/threads", {"name": "Talk"})
    assert status == 201, thread
    return channel, str(thread["id"])


async def test_a_thread_has_the_id_of_its_message_and_begins_with_an_empty_one(quick: Place, bot: Bot) -> None:
    await quick.say("Ann", "general", "topic")
    message = await bot.heard.next("message")
    thread = await message.create_thread(name="Talk")
    assert thread.id == message.id
    assert (await bot.heard.next("thread")).id == thread.id
    starter = await bot.heard.next("message")
    assert starter.type is library.MessageType.thread_starter_message
    assert starter.content == ""
    assert starter.reference.resolved.content == "topic"
    await quick.say("Ben", str(thread.id), "in here")
    inside = await bot.heard.next("message")
    assert inside.channel.parent.name == "general"


async def test_a_message_has_one_thread(quick: Place) -> None:
    channel, thread = await thread_on_a_message(quick)
    status, answer = await quick.api("POST", f"/channels/{channel}/messages/{thread}/threads", {"name": "Again"})
    assert (status, answer["code"]) == (400, 160004)


async def test_a_thread_without_a_message_is_announced_when_it_is_public(quick: Place, bot: Bot) -> None:
    channel = bot.get_channel(int(await quick.id_of("general")))
    assert isinstance(channel, library.TextChannel)
    await channel.create_thread(name="Public", type=library.ChannelType.public_thread)
    assert (await bot.heard.next("message")).type is library.MessageType.thread_created
    private = await channel.create_thread(name="Private")
    assert private.type is library.ChannelType.private_thread
    assert bot.heard.nothing("message")


async def test_threads_of_announcements_are_announcement_threads(quick: Place) -> None:
    message = await quick.say("Ann", "announcements", "news")
    channel = await quick.id_of("announcements")
    _, thread = await quick.api("POST", f"/channels/{channel}/messages/{message}/threads", {"name": "Talk"})
    assert thread["type"] == 10


async def test_a_forum_post_has_a_first_message_with_its_id(quick: Place, bot: Bot) -> None:
    forum = bot.get_channel(int(await quick.id_of("ideas")))
    assert isinstance(forum, library.ForumChannel)
    made = await forum.create_thread(name="Idea", content="What if")
    assert made.message.id == made.thread.id
    posted = await quick.control("POST", "threads", {"user": "Ann", "channel": "ideas", "name": "Mine", "content": "x"})
    assert (await quick.message(posted["id"]))["channel"] == posted["id"]


async def test_nothing_is_edited_in_an_archived_thread_but_a_message_opens_it(quick: Place) -> None:
    _, thread = await thread_on_a_message(quick)
    _, message = await quick.api("POST", f"/channels/{thread}/messages", {"content": "x"})
    await quick.control("PATCH", f"threads/{thread}", {"archived": True})
    status, answer = await quick.api("PATCH", f"/channels/{thread}/messages/{message['id']}", {"content": "y"})
    assert (status, answer["code"]) == (400, 50083)
    assert (await quick.api("PATCH", f"/channels/{thread}", {"name": "z"}))[1]["code"] == 50083
    assert (await quick.api("POST", f"/channels/{thread}/messages", {"content": "z"}))[0] == 200
    assert not (await quick.api("GET", f"/channels/{thread}"))[1]["thread_metadata"]["archived"]


async def test_a_locked_thread_is_closed_to_those_who_do_not_manage_threads(quick: Place) -> None:
    _, thread = await thread_on_a_message(quick)
    await quick.control("PATCH", f"threads/{thread}", {"archived": True, "locked": True})
    assert (await quick.api("POST", f"/channels/{thread}/messages", {"content": "x"}))[1]["code"] == 160005
    assert (await quick.api("PATCH", f"/channels/{thread}", {"archived": False}))[1]["code"] == 160005
    assert (await quick.api("PATCH", f"/channels/{thread}", {"locked": False, "archived": False}))[1]["code"] == 50013


async def test_there_are_only_so_many_active_threads(quick: Place) -> None:
    await quick.control("PATCH", "rules", {"active_thread_limit": 1})
    await thread_on_a_message(quick)
    channel, message = await quick.id_of("general"), await quick.say("Ann", "general", "another")
    status, answer = await quick.api("POST", f"/channels/{channel}/messages/{message}/threads", {"name": "Talk"})
    assert (status, answer["code"]) == (400, 160006)


async def test_active_and_archived_threads_are_listed(quick: Place) -> None:
    channel, one = await thread_on_a_message(quick)
    _, two = await thread_on_a_message(quick)
    status, archived = await quick.api("PATCH", f"/channels/{one}", {"archived": True})
    assert status == 200, archived
    guild = (await quick.state())["guild"]["id"]
    _, active = await quick.api("GET", f"/guilds/{guild}/threads/active")
    _, old = await quick.api("GET", f"/channels/{channel}/threads/archived/public")
    assert [each["id"] for each in active["threads"]] == [two]
    assert [each["id"] for each in old["threads"]] == [one]


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "x" * 101}, {"name": "x", "auto_archive_duration": 5}])
async def test_a_bad_thread_form_is_refused(quick: Place, body: Any) -> None:
    channel, message = await quick.id_of("general"), await quick.say("Ann", "general", "x")
    status, answer = await quick.api("POST", f"/channels/{channel}/messages/{message}/threads", body)
    assert (status, answer["code"]) == (400, 50035)


async def test_a_thread_is_left_and_joined(quick: Place) -> None:
    _, thread = await thread_on_a_message(quick)
    assert (await quick.api("DELETE", f"/channels/{thread}/thread-members/@me"))[0] == 204
    assert (await quick.api("GET", f"/channels/{thread}/thread-members/@me"))[1]["code"] == 10007
    assert (await quick.api("PUT", f"/channels/{thread}/thread-members/@me"))[0] == 204
    assert (await quick.api("GET", f"/channels/{thread}/thread-members/@me"))[0] == 200


async def test_a_deleted_thread_is_gone(quick: Place, bot: Bot) -> None:
    _, thread = await thread_on_a_message(quick)
    await quick.control("DELETE", f"threads/{thread}")
    assert (await quick.api("GET", f"/channels/{thread}"))[1]["code"] == 10003


async def test_each_channel_has_its_kind_of_thread_and_a_beginning_stays(quick: Place) -> None:
    for channel, kind in (("general", 10), ("announcements", 11), ("announcements", 12)):
        route = f"/channels/{await quick.id_of(channel)}/threads"
        assert (await quick.api("POST", route, {"name": "x", "type": kind}))[1]["code"] == 50024
    general = f"/channels/{await quick.id_of('general')}/messages"
    _, own = await quick.api("POST", general, {"content": "topic"})
    await quick.api("POST", f"{general}/{own['id']}/threads", {"name": "Talk"})
    _, messages = await quick.api("GET", f"/channels/{own['id']}/messages")
    assert [each["type"] for each in messages] == [21]
    beginning = f"/channels/{own['id']}/messages/{messages[0]['id']}"
    status, answer = await quick.api("DELETE", beginning)
    assert (status, answer["code"]) == (403, 50021)


async def test_a_private_thread_is_shown_to_those_inside_alone(quick: Place) -> None:
    channel, guild = await quick.id_of("general"), (await quick.state())["guild"]["id"]
    wish = {"name": "inside", "type": 12, "rate_limit_per_user": 5, "invitable": False}
    _, inside = await quick.api("POST", f"/channels/{channel}/threads", wish)
    assert (inside["rate_limit_per_user"], inside["thread_metadata"]["invitable"]) == (5, False)
    assert [each["name"] for each in (await quick.api("GET", f"/guilds/{guild}/threads/active"))[1]["threads"]] == [
        "inside"
    ]
    await quick.api("DELETE", f"/channels/{inside['id']}/thread-members/@me")
    assert (await quick.api("GET", f"/guilds/{guild}/threads/active"))[1]["threads"] == []
