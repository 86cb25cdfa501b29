"""More servers than one: how the bot hears of them, and which shard does."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from bots.playground.discord.permissions import Permission
from tests.bots.playground.discord.driving import Bot, Place, library


async def test_the_bot_is_told_of_a_server_that_it_is_added_to(quick: Place, bot: Bot) -> None:
    made = await quick.control("POST", "servers", {"name": "New", "user": "Ann"}, expect=201)

    async with asyncio.timeout(5):
        while (guild := bot.get_guild(int(made["id"]))) is None:
            await asyncio.sleep(0.01)
    assert guild.name == "New"
    assert guild.system_channel is not None
    assert guild.system_channel.id == int(made["channels"]["lobby"])
    assert guild.me.joined_at is not None
    assert guild.me.joined_at > library.utils.utcnow() - timedelta(minutes=1)
    assert isinstance(guild.me.joined_at, datetime)


async def test_in_a_silent_channel_the_bot_may_not_write(quick: Place) -> None:
    made = await quick.control("POST", "servers", {"name": "New", "user": "Ann", "silent": ["lobby"]}, expect=201)
    path = "/channels/{}/messages"
    assert (await quick.api("POST", path.format(made["channels"]["lobby"]), {"content": "x"}))[0] == 403
    assert (await quick.api("POST", path.format(made["channels"]["chatter"]), {"content": "x"}))[0] == 200


async def test_a_server_may_be_made_for_a_shard(quick: Place) -> None:
    for number in range(4):
        made = await quick.control("POST", "servers", {"name": "New", "user": "Ben", "shard": [number, 4]}, expect=201)
        assert (int(made["id"]) >> 22) % 4 == number


async def test_the_bots_servers_are_listed_with_what_its_roles_allow(quick: Place) -> None:
    body = {"name": "New", "user": "Ann", "permissions": int(Permission.MANAGE_WEBHOOKS)}
    made = await quick.control("POST", "servers", body, expect=201)
    status, listed = await quick.api("GET", "/users/@me/guilds?limit=200")
    assert status == 200
    new: dict[str, Any] = next(each for each in listed if each["id"] == made["id"])
    assert int(new["permissions"]) & Permission.MANAGE_WEBHOOKS
    assert not int(new["permissions"]) & Permission.MANAGE_MESSAGES
    assert new["owner"] is False
    assert len((await quick.api("GET", "/users/@me/guilds?limit=1"))[1]) == 1
    assert (await quick.api("GET", "/users/@me/guilds?limit=201"))[0] == 400
