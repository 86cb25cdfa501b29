"""The world that the playground opens with; its ids are the same in every run."""

from bots.playground.discord.entities import Channel, ChannelType, Guild, Member, Overwrite, Role, User
from bots.playground.discord.permissions import TALKING, Permission
from bots.playground.discord.snowflakes import first_at
from bots.playground.discord.world import DiscordWorld

TOKEN = "discord-playground"  # noqa: S105
OPENED_AT = 1_735_732_800.0


def _id(number: int) -> int:
    return first_at(OPENED_AT) + number


def default_world() -> DiscordWorld:
    """Parley, three people and another bot in one guild with the usual channels, and direct messages."""
    world = DiscordWorld(bot=User(_id(1), "parley", "Parley", bot=True), token=TOKEN)
    people = [User(_id(2), "ann", "Ann"), User(_id(3), "ben", "Ben"), User(_id(4), "chloe", "Chloé")]
    deploybot = User(_id(5), "deploybot", "Deploybot", bot=True)
    for user in (*people, deploybot):
        world.users[user.id] = user
    guild = world.add_guild(Guild(_id(10), "Parley Playground", owner_id=people[0].id))
    _add_roles(guild, world.bot)
    for user in (*people, deploybot, world.bot):
        guild.members[user.id] = Member(user, joined_at=OPENED_AT)
    guild.members[world.bot.id].roles.add(_id(11))
    guild.members[people[0].id].roles.add(_id(12))
    _add_channels(world, guild)
    for number, person in enumerate(people):
        world.add_channel(Channel(_id(30 + number), ChannelType.DM, "", recipient=person))
    return world


def _add_roles(guild: Guild, bot: User) -> None:
    of_bot = Permission.MANAGE_WEBHOOKS | Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES
    moderating = Permission.MANAGE_GUILD | Permission.MANAGE_MESSAGES | Permission.MANAGE_THREADS
    for role in (
        Role(guild.id, "@everyone", int(TALKING)),
        Role(_id(11), "Parley", int(of_bot), position=1, color=0x5865F2, managed=True, bot_id=bot.id),
        Role(_id(12), "Moderators", int(moderating), position=2, color=0x2ECC71),
    ):
        guild.roles[role.id] = role


def _add_channels(world: DiscordWorld, guild: Guild) -> None:
    hidden = [
        Overwrite(guild.id, 0, deny=int(Permission.VIEW_CHANNEL)),
        Overwrite(_id(12), 0, allow=int(Permission.VIEW_CHANNEL)),
    ]
    described = [
        (ChannelType.TEXT, "general", "Everything and nothing", []),
        (ChannelType.TEXT, "random", None, []),
        (ChannelType.TEXT, "support", "Ask Parley", []),
        (ChannelType.ANNOUNCEMENT, "announcements", "News", []),
        (ChannelType.FORUM, "ideas", "One post for each idea", []),
        (ChannelType.VOICE, "Lounge", None, []),
        (ChannelType.TEXT, "private", "Moderators only", hidden),
    ]
    for number, (kind, name, topic, overwrites) in enumerate(described):
        channel = Channel(_id(20 + number), kind, name, guild, number, topic, overwrites=overwrites)
        world.add_channel(channel)
