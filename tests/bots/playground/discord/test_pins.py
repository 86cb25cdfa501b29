"""Pins, reactions taken away at once, and polls."""

from typing import Any

from tests.bots.playground.discord.driving import Bot, Place, connected, library

EVERYTHING = (1 << 53) - 1


class Listener(Bot):
    async def on_guild_channel_pins_update(self, channel: Any, last_pin: Any) -> None:
        self.heard.add("pins", last_pin)

    async def on_raw_reaction_clear(self, event: library.RawReactionClearEvent) -> None:
        self.heard.add("cleared", None)

    async def on_raw_reaction_clear_emoji(self, event: library.RawReactionClearEmojiEvent) -> None:
        self.heard.add("cleared", str(event.emoji))


async def lobby(place: Place) -> str:
    """A channel where the bot may do everything."""
    made = await place.control("POST", "servers", {"name": "Own", "user": "Ann", "permissions": EVERYTHING})
    return str(made["channels"]["lobby"])


async def test_a_message_is_pinned_told_of_listed_and_unpinned(quick: Place) -> None:
    channel_id = await lobby(quick)
    async with connected(quick, Listener()) as bot:
        channel = bot.get_channel(int(channel_id))
        assert isinstance(channel, library.TextChannel)
        message = await channel.send("rules")
        await message.pin()
        assert await bot.heard.next("pins") is not None
        assert [(each.id, each.pinned) async for each in channel.pins()] == [(message.id, True)]
        notices = [each async for each in channel.history(limit=1) if each.reference]
        assert [each.type for each in notices] == [library.MessageType.pins_add]
        await message.unpin()
        assert await bot.heard.next("pins") is None

        for emoji in ("👍", "❤️", "1️⃣"):
            await message.add_reaction(emoji)
        await message.clear_reaction("👍")
        await message.clear_reactions()
        assert [await bot.heard.next("cleared"), await bot.heard.next("cleared")] == ["👍", None]
    general = await quick.id_of("general")
    said = await quick.say("Ann", "general", "x")
    assert (await quick.api("PUT", f"/channels/{general}/messages/pins/{said}"))[1]["code"] == 50013


async def test_only_emoji_are_reactions(quick: Place) -> None:
    route = f"/channels/{await quick.id_of('general')}/messages/{await quick.say('Ann', 'general', 'x')}/reactions"
    for name in ("%E6%BC%A2", "thumbsup", "party%3A123", "%C3%A9"):
        status, answer = await quick.api("PUT", f"{route}/{name}/@me")
        assert (status, answer["code"]) == (400, 10014)


async def test_a_poll_is_posted_ended_once_and_never_edited(quick: Place) -> None:
    channel = f"/channels/{await quick.id_of('general')}"
    asked = {"question": {"text": "Tea?"}, "answers": [{"poll_media": {"text": "Yes"}}], "duration": 2}
    status, message = await quick.api("POST", f"{channel}/messages", {"poll": asked})
    assert (status, message["poll"]["answers"]) == (200, [{"answer_id": 1, "poll_media": {"text": "Yes"}}])
    assert (await quick.api("PATCH", f"{channel}/messages/{message['id']}", {"content": "x"}))[1]["code"] == 520003
    _, ended = await quick.api("POST", f"{channel}/polls/{message['id']}/expire")
    assert ended["poll"]["results"]["is_finalized"]
    assert (await quick.api("POST", f"{channel}/polls/{message['id']}/expire"))[1]["code"] == 520001
    stickers = {"content": "x", "sticker_ids": ["1"]}
    assert (await quick.api("POST", f"{channel}/messages", stickers))[1]["code"] == 50081
