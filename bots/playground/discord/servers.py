"""More servers than the first one: somebody makes one, and adds the bot to it."""

from bots.playground.discord import changes
from bots.playground.discord.entities import Channel, ChannelType, Guild, Member, Overwrite, Role, User
from bots.playground.discord.permissions import TALKING, Permission
from bots.playground.discord.world import DiscordWorld

SHARD_STEP = 1 << 22


def join(
    world: DiscordWorld,
    name: str,
    owner: User,
    *,
    permissions: int = 0,
    silent: tuple[str, ...] = (),
    shard: tuple[int, int] | None = None,
) -> Guild:
    """Make a server with two channels, everybody in it, and let the bot join it with these permissions.

    The first channel is for notices of the system; in `silent` ones the bot may not write. With `shard` the server gets
    an id that belongs to that shard (…/events/gateway, "Sharding").
    """
    guild = Guild(_id(world, shard), name, owner.id)
    guild.roles[guild.id] = Role(guild.id, "@everyone", int(TALKING))
    role = Role(world.snowflakes.next(), world.bot.name, permissions, position=1, managed=True, bot_id=world.bot.id)
    guild.roles[role.id] = role
    for user in world.users.values():
        guild.members[user.id] = Member(user, joined_at=world.snowflakes.now())
    guild.members[world.bot.id].roles.add(role.id)
    world.add_guild(guild)
    for number, label in enumerate(("lobby", "chatter")):
        channel = world.add_channel(Channel(world.snowflakes.next(), ChannelType.TEXT, label, guild, number))
        guild.system_channel_id = guild.system_channel_id or channel.id
        if label in silent:
            channel.overwrites.append(Overwrite(role.id, 0, deny=int(Permission.SEND_MESSAGES)))
    world.tell(changes.GuildJoined(guild))
    return guild


def _id(world: DiscordWorld, shard: tuple[int, int] | None) -> int:
    identifier = world.snowflakes.next()
    if shard is None:
        return identifier
    number, count = shard
    return identifier - ((identifier >> 22) % count - number) * SHARD_STEP
