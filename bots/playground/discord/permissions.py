"""Permissions (discord.com/developers/docs/topics/permissions)."""

from enum import IntFlag

from bots.playground.discord.entities import Channel, Guild, Member


class Permission(IntFlag):
    """The permissions that this server knows by name."""

    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    CHANGE_NICKNAME = 1 << 26
    MANAGE_NICKNAMES = 1 << 27
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    SEND_POLLS = 1 << 49
    PIN_MESSAGES = 1 << 51
    BYPASS_SLOWMODE = 1 << 52


ALL = (1 << 53) - 1
TALKING = (
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.MENTION_EVERYONE
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.CONNECT
    | Permission.SPEAK
    | Permission.CHANGE_NICKNAME
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.CREATE_PRIVATE_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.SEND_POLLS
)
IN_A_DM = (
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.MENTION_EVERYONE
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.SEND_POLLS
    | Permission.PIN_MESSAGES
)


def in_guild(guild: Guild, member: Member) -> int:
    """The union of the member's roles; the owner and administrators have everything."""
    if member.user.id == guild.owner_id:
        return ALL
    granted = guild.roles[guild.id].permissions
    for role in member.roles:
        granted |= guild.roles[role].permissions
    return ALL if granted & Permission.ADMINISTRATOR else granted


def _with_overwrites(channel: Channel, guild: Guild, member: Member, granted: int) -> int:
    overwrites = {overwrite.id: overwrite for overwrite in channel.overwrites}
    if everyone := overwrites.get(guild.id):
        granted = granted & ~everyone.deny | everyone.allow
    of_roles = [overwrites[role] for role in member.roles if role in overwrites]
    for overwrite in of_roles:
        granted &= ~overwrite.deny
    for overwrite in of_roles:
        granted |= overwrite.allow
    if own := overwrites.get(member.user.id):
        granted = granted & ~own.deny | own.allow
    return granted


def in_channel(channel: Channel, user_id: int) -> int:
    """What a user may do in a channel; threads follow their parent, and who cannot view can do nothing."""
    guild = channel.guild
    if guild is None:
        return int(IN_A_DM)
    member = guild.members.get(user_id)
    if member is None:
        return 0
    granted = in_guild(guild, member)
    if granted == ALL:
        return ALL
    place = guild.channels[channel.parent_id] if channel.thread and channel.parent_id else channel
    granted = _with_overwrites(place, guild, member, granted)
    if not granted & Permission.VIEW_CHANNEL:
        return 0
    return granted if channel.type != 12 or _sees_private(channel, user_id, granted) else 0


def _sees_private(thread: Channel, user_id: int, granted: int) -> bool:
    joined = thread.thread is not None and user_id in thread.thread.members
    return joined or bool(granted & Permission.MANAGE_THREADS)


def may(channel: Channel, user_id: int, wanted: int) -> bool:
    """Whether a user has every one of the wanted permissions in a channel."""
    return in_channel(channel, user_id) & wanted == wanted


def may_send(channel: Channel, user_id: int) -> bool:
    """Whether a user may send here; SEND_MESSAGES has no effect in threads (…/topics/threads, "Permissions")."""
    wanted = Permission.SEND_MESSAGES_IN_THREADS if channel.thread else Permission.SEND_MESSAGES
    return may(channel, user_id, wanted | Permission.VIEW_CHANNEL)
