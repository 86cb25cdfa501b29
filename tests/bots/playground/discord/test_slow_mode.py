"""Slow mode, for people and not for bots (discord.com/developers/docs/resources/channel)."""

from tests.bots.playground.discord.driving import Bot, Place, library


async def slow(place: Place, seconds: int = 600) -> None:
    await place.control("PATCH", "channels/general", {"rate_limit_per_user": seconds})


async def test_a_person_waits_between_two_messages(quick: Place) -> None:
    await slow(quick)
    await quick.say("Ben", "general", "one")
    refused = await quick.control("POST", "messages", {"user": "Ben", "channel": "general", "content": "two"}, 429)
    assert "600 s (20016)" in refused["error"]
    await quick.say("Ben", "random", "elsewhere")
    await quick.say("Chloé", "general", "another person")


async def test_whoever_may_bypass_it_and_bots_do_not_wait(quick: Place) -> None:
    await slow(quick)
    for name in ("Ann", "Ann", "Deploybot", "Deploybot"):
        await quick.say(name, "general", "at once")


async def test_a_person_starts_one_thread_in_each_interval_beside_the_messages(quick: Place) -> None:
    await slow(quick)
    await quick.say("Ben", "general", "one")
    body = {"user": "Ben", "channel": "general", "name": "First"}
    await quick.control("POST", "threads", body)
    assert "20016" in (await quick.control("POST", "threads", {**body, "name": "Second"}, 429))["error"]


async def test_a_bot_posts_at_once_and_sees_how_slow_a_channel_is(quick: Place, bot: Bot) -> None:
    await slow(quick, 30)
    channel = await bot.fetch_channel(int(await quick.id_of("general")))
    assert isinstance(channel, library.TextChannel)
    for number in range(3):
        await channel.send(f"message {number}")
    assert channel.slowmode_delay == 30


async def test_slow_mode_has_at_most_six_hours(quick: Place) -> None:
    refused = await quick.control("PATCH", "channels/general", {"rate_limit_per_user": 21_601}, 400)
    assert "21600" in refused["error"]
