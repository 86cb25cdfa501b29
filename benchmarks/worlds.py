"""A Slack workspace and a Discord server with as many people and channels as a load needs."""

from bots.playground.discord.default_world import OPENED_AT
from bots.playground.discord.default_world import default_world as discord_default
from bots.playground.discord.entities import Channel as DiscordChannel
from bots.playground.discord.entities import ChannelType, Member
from bots.playground.discord.entities import User as DiscordUser
from bots.playground.discord.snowflakes import first_at
from bots.playground.discord.world import DiscordWorld
from bots.playground.slack.channels import Channel as SlackChannel
from bots.playground.slack.channels import ChannelKind
from bots.playground.slack.default_world import default_world as slack_default
from bots.playground.slack.world import SlackWorld
from bots.playground.slack.world import User as SlackUser
from storage.words import Platform

FIRST_PERSON = 100_000
FIRST_CHANNEL = 200_000


def person_id(platform: Platform, number: int) -> str:
    """The id of person `number`, who asks question `number`."""
    if platform is Platform.SLACK:
        return f"U0ASKS{number:04}"
    return str(first_at(OPENED_AT) + FIRST_PERSON + number)


def channel_id(platform: Platform, number: int) -> str:
    if platform is Platform.SLACK:
        return f"C0TALK{number:04}"
    return str(first_at(OPENED_AT) + FIRST_CHANNEL + number)


def slack_world(people: int, channels: int) -> SlackWorld:
    """The default workspace, with more people in more public channels."""
    world = slack_default()
    for number in range(people):
        user_id = person_id(Platform.SLACK, number)
        world.users[user_id] = SlackUser(user_id, f"person{number}", f"Person {number}")
    for number in range(channels):
        everybody = dict.fromkeys(world.users)
        identifier = channel_id(Platform.SLACK, number)
        world.add_channel(SlackChannel(identifier, f"talk-{number}", ChannelKind.PUBLIC, members=everybody))
    return world


def discord_world(people: int, channels: int) -> DiscordWorld:
    """The default server, with more people and more text channels."""
    world = discord_default()
    guild = next(iter(world.guilds.values()))
    for number in range(people):
        user = DiscordUser(int(person_id(Platform.DISCORD, number)), f"person{number}", f"Person {number}")
        world.users[user.id] = user
        guild.members[user.id] = Member(user, joined_at=OPENED_AT)
    for number in range(channels):
        identifier = int(channel_id(Platform.DISCORD, number))
        world.add_channel(DiscordChannel(identifier, ChannelType.TEXT, f"talk-{number}", guild, 100 + number))
    return world
