"""A real client logs in, hears people and answers."""

import asyncio

from bots.playground.discord.rules import Rules
from tests.bots.playground.discord.driving import Bot, Place, connected, library, opened


async def test_a_client_logs_in_hears_a_mention_replies_and_edits(quick: Place, bot: Bot) -> None:
    asked = await quick.say("Ann", "general", "@Parley hello")
    message = await bot.heard.next("message")
    assert bot.user is not None
    assert message.content == f"<@{bot.user.id}> hello"
    assert bot.user in message.mentions
    assert message.author.display_name == "Ann"
    assert message.guild.name == "Parley Playground"
    assert message.channel.name == "general"
    reply = await message.reply("Hi")
    own = await bot.heard.next("message")
    assert own.id == reply.id
    assert own.nonce == reply.nonce
    await reply.edit(content="Hi Ann")
    edit = await bot.heard.next("edit")
    assert edit.message.content == "Hi Ann"
    shown = await quick.message(str(reply.id))
    assert (shown["content"], shown["edits"], shown["type"]) == ("Hi Ann", 1, 19)
    assert shown["reference"]["message_id"] == asked


async def test_a_reply_brings_the_message_it_answers(quick: Place, bot: Bot) -> None:
    asked = await quick.say("Ann", "general", "one")
    await quick.say("Ben", "general", "two", reply_to=asked)
    await bot.heard.next("message")
    reply = await bot.heard.next("message")
    assert reply.type is library.MessageType.reply
    assert reply.reference.resolved.content == "one"


async def test_a_reply_to_a_deleted_message_has_a_null_reference(quick: Place, bot: Bot) -> None:
    asked = await quick.say("Ann", "general", "one")
    reply = await quick.say("Ben", "general", "two", reply_to=asked)
    await quick.control("DELETE", f"messages/{asked}", {"user": "Ann"})
    channel = await quick.id_of("general")
    _, body = await quick.api("GET", f"/channels/{channel}/messages/{reply}")
    assert body["referenced_message"] is None


async def test_a_forward_carries_its_text_in_a_snapshot(quick: Place, bot: Bot) -> None:
    original = await quick.say("Ann", "general", "worth reading")
    await quick.say("Ben", "random", "", forward=original)
    await bot.heard.next("message")
    forward = await bot.heard.next("message")
    assert forward.content == ""
    assert forward.message_snapshots[0].content == "worth reading"


async def test_direct_messages_arrive_and_are_answered(quick: Place, bot: Bot) -> None:
    await quick.say("Chloé", "dm:Chloé", "psst")
    message = await bot.heard.next("message")
    assert message.guild is None
    assert isinstance(message.channel, library.DMChannel)
    answer = await message.channel.send("yes?")
    assert (await quick.message(str(answer.id)))["channel"] == str(message.channel.id)


async def test_a_bot_opens_the_same_direct_channel_each_time(quick: Place) -> None:
    ann = await quick.id_of("Ann")
    _, one = await quick.api("POST", "/users/@me/channels", {"recipient_id": ann})
    _, two = await quick.api("POST", "/users/@me/channels", {"recipient_id": ann})
    assert one["id"] == two["id"] == await quick.id_of("dm:Ann")


async def test_a_channel_that_the_bot_cannot_view_is_silent_and_closed(quick: Place, bot: Bot) -> None:
    await quick.say("Ann", "private", "secret")
    await quick.say("Ann", "general", "open")
    assert (await bot.heard.next("message")).content == "open"
    status, body = await quick.api("GET", f"/channels/{await quick.id_of('private')}/messages")
    assert (status, body["code"]) == (403, 50001)


async def test_deletions_and_edits_of_people_are_told(quick: Place, bot: Bot) -> None:
    message = await quick.say("Ben", "general", "oops")
    await quick.control("PATCH", f"messages/{message}", {"user": "Ben", "content": "ooops"})
    assert (await bot.heard.next("edit")).message.content == "ooops"
    await quick.control("DELETE", f"messages/{message}", {"user": "Ben"})
    assert (await bot.heard.next("delete")).message_id == int(message)


async def test_typing_is_heard_and_shown(quick: Place, bot: Bot) -> None:
    await quick.control("POST", "typing", {"user": "Ann", "channel": "general"})
    assert (await bot.heard.next("typing")).user_id == int(await quick.id_of("Ann"))
    channel = bot.get_channel(int(await quick.id_of("general")))
    assert isinstance(channel, library.TextChannel)
    await channel.typing()
    typing = (await quick.state())["typing"]
    assert {entry["user"] for entry in typing} == {await quick.id_of("Ann"), await quick.id_of("Parley")}


async def test_reactions_go_both_ways(quick: Place, bot: Bot) -> None:
    message = await quick.say("Ann", "general", "nice")
    heard = await bot.heard.next("message")
    await heard.add_reaction("👍")
    await quick.control("POST", f"messages/{message}/reactions", {"user": "Ben", "emoji": "👍"})
    assert str((await bot.heard.next("reaction")).emoji) == "👍"
    assert len((await quick.message(message))["reactions"][0]["users"]) == 2


async def test_history_is_paged_newest_first(quick: Place, bot: Bot) -> None:
    ids = [await quick.say("Ann", "general", str(number)) for number in range(7)]
    channel = bot.get_channel(int(await quick.id_of("general")))
    assert isinstance(channel, library.TextChannel)
    assert [m.content async for m in channel.history(limit=3)] == ["6", "5", "4"]
    before = library.Object(int(ids[4]))
    assert [m.content async for m in channel.history(limit=2, before=before)] == ["3", "2"]
    after = library.Object(int(ids[4]))
    assert [m.content async for m in channel.history(limit=9, after=after)] == ["5", "6"]
    around = library.Object(int(ids[3]))
    assert {m.content async for m in channel.history(limit=3, around=around)} == {"2", "3", "4"}


async def test_files_are_kept_and_served_at_signed_addresses(quick: Place, bot: Bot) -> None:
    attached = [{"filename": "notes.txt", "text": "remember"}]
    await quick.say("Ann", "general", "look", attachments=attached)
    message = await bot.heard.next("message")
    assert await message.attachments[0].read() == b"remember"
    async with quick.session.get(message.attachments[0].url.split("?")[0]) as answer:
        assert answer.status == 404


async def test_a_bot_uploads_files_and_keeps_them_through_edits(quick: Place, bot: Bot) -> None:
    channel = bot.get_channel(int(await quick.id_of("general")))
    assert isinstance(channel, library.TextChannel)
    with_file = library.File(fp=__import__("io").BytesIO(b"abc"), filename="a b.txt")
    message = await channel.send("file", file=with_file)
    assert message.attachments[0].filename == "a_b.txt"
    await message.edit(content="still")
    assert len((await quick.message(str(message.id)))["attachments"]) == 1
    await message.edit(attachments=[])
    assert (await quick.message(str(message.id)))["attachments"] == []


async def test_links_are_unfurled_later_with_the_content_as_it_was() -> None:
    async with opened(Rules(rate_limits=False, unfurl_after_s=0.02)) as place, connected(place) as bot:
        await place.say("Ann", "general", "see https://example.org/page and <https://example.org/quiet>")
        created = await bot.heard.next("message")
        before = list(created.embeds)
        unfurled = await bot.heard.next("edit")
        assert before == []
        assert [embed.url for embed in unfurled.message.embeds] == ["https://example.org/page"]
        assert unfurled.message.content == created.content
        assert unfurled.message.edited_at is None


async def test_suppressed_embeds_are_not_unfurled() -> None:
    async with opened(Rules(rate_limits=False, unfurl_after_s=0.01)) as place, connected(place) as bot:
        channel = bot.get_channel(int(await place.id_of("general")))
        assert isinstance(channel, library.TextChannel)
        message = await channel.send("https://example.org", suppress_embeds=True)
        await asyncio.sleep(0.05)
        shown = await place.message(str(message.id))
        assert shown["suppress_embeds"]
        assert shown["embeds"] == []
        assert bot.heard.nothing("edit")


async def test_a_redelivered_message_arrives_twice(quick: Place, bot: Bot) -> None:
    message = await quick.say("Ann", "general", "again")
    await quick.control("POST", "redeliver", {"message": message})
    first, second = await bot.heard.next("message"), await bot.heard.next("message")
    assert first.id == second.id


async def test_without_the_content_intent_only_what_concerns_the_bot_is_readable(quick: Place) -> None:
    intents = library.Intents(guilds=True, messages=True)
    async with connected(quick, Bot(intents=intents)) as bot:
        await quick.say("Ann", "general", "private thoughts")
        await quick.say("Ann", "general", "@Parley hello")
        await quick.say("Ann", "dm:Ann", "direct")
        contents = [(await bot.heard.next("message")).content for _ in range(3)]
        assert bot.user is not None
        assert contents == ["", f"<@{bot.user.id}> hello", "direct"]


async def test_history_is_empty_too_when_the_application_was_not_granted_the_content() -> None:
    async with opened(Rules(message_content=False)) as place:
        await place.say("Ann", "general", "private thoughts")
        status, body = await place.api("GET", f"/channels/{await place.id_of('general')}/messages")
        assert status == 200
        assert body[0]["content"] == ""


async def test_everything_works_below_a_prefix() -> None:
    from aiohttp import ClientSession, web

    from bots.playground.discord.server import create_app
    from bots.playground.serving import serving

    root = web.Application()
    root.add_subapp("/discord", create_app(rules=Rules(rate_limits=False)))
    async with serving(root) as url, ClientSession() as session:
        place = Place(f"{url}/discord", session)
        async with connected(place) as bot:
            await place.say("Ann", "general", "file", attachments=[{"filename": "x.txt", "text": "x"}])
            message = await bot.heard.next("message")
            assert await message.attachments[0].read() == b"x"
            assert message.attachments[0].url.startswith(f"{url}/discord/cdn/")
            await place.control("POST", "gateway", {"action": "reconnect"})
            await bot.heard.next("resumed")
