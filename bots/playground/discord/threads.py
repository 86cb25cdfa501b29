"""Starting and changing threads (discord.com/developers/docs/topics/threads)."""

from bots.playground.discord import changes
from bots.playground.discord.entities import (
    Channel,
    ChannelType,
    Message,
    MessageFlag,
    MessageType,
    Reference,
    ThreadState,
    User,
)
from bots.playground.discord.world import DiscordWorld, Draft


def start(
    world: DiscordWorld,
    parent: Channel,
    owner: User,
    name: str,
    *,
    thread_type: int | None = None,
    minutes: int = 1440,
    slow_s: int = 0,
    invitable: bool = True,
) -> Channel:
    """Start a thread without a message; the channel tells of a public one with a message of type 18."""
    kind = thread_type or ChannelType.PUBLIC_THREAD
    thread = _open(world, parent, owner, name, world.snowflakes.next(), kind, minutes, slow_s)
    if thread.thread:
        thread.thread.invitable = invitable
    world.tell(changes.ThreadCreated(thread))
    if parent.type != ChannelType.FORUM and kind != ChannelType.PRIVATE_THREAD:
        reference = Reference(0, 0, thread.id, parent.guild_id)
        world.post(parent, owner, Draft(content=name, type=MessageType.THREAD_CREATED, reference=reference))
    return thread


def start_from(
    world: DiscordWorld, message: Message, owner: User, name: str, *, minutes: int = 1440, slow_s: int = 0
) -> Channel:
    """Start a thread on a message: it has the message's id, and begins with a message of type 21 without text."""
    parent = message.channel
    is_news = parent.type == ChannelType.ANNOUNCEMENT
    kind = ChannelType.ANNOUNCEMENT_THREAD if is_news else ChannelType.PUBLIC_THREAD
    thread = _open(world, parent, owner, name, message.id, kind, minutes, slow_s)
    if thread.thread:
        thread.thread.starter_id = message.id
    message.thread_id = thread.id
    message.flags |= MessageFlag.HAS_THREAD
    world.tell(changes.ThreadCreated(thread))
    world.touch(message)
    reference = Reference(0, message.id, parent.id, parent.guild_id)
    world.post(thread, message.author, Draft(type=MessageType.THREAD_STARTER_MESSAGE, reference=reference))
    return thread


def _open(
    world: DiscordWorld, parent: Channel, owner: User, name: str, identifier: int, kind: int, minutes: int, slow_s: int
) -> Channel:
    now = world.snowflakes.now()
    state = ThreadState(owner.id, now, now, auto_archive_duration=minutes, members={owner.id: now})
    thread = Channel(id=identifier, type=kind, name=name, guild=parent.guild, parent_id=parent.id, thread=state)
    thread.rate_limit_per_user = slow_s
    return world.add_channel(thread)


def update(
    world: DiscordWorld,
    thread: Channel,
    *,
    name: str | None = None,
    archived: bool | None = None,
    locked: bool | None = None,
    minutes: int | None = None,
    slow_s: int | None = None,
    invitable: bool | None = None,
) -> Channel:
    """Rename, archive, reopen, lock or unlock a thread, or change how slow it is and when it is archived by itself."""
    state = thread.thread
    if state is None:
        return thread
    thread.name = name or thread.name
    if archived is not None and archived != state.archived:
        state.archived, state.archive_timestamp = archived, world.snowflakes.now()
    state.locked = state.locked if locked is None else locked
    state.invitable = state.invitable if invitable is None else invitable
    thread.rate_limit_per_user = thread.rate_limit_per_user if slow_s is None else slow_s
    state.auto_archive_duration = minutes or state.auto_archive_duration
    world.tell(changes.ThreadUpdated(thread))
    return thread


def delete(world: DiscordWorld, thread: Channel) -> None:
    """Delete a thread with its messages."""
    del world.channels[thread.id]
    if thread.guild:
        thread.guild.threads.pop(thread.id, None)
    world.tell(changes.ChannelDeleted(thread))


def active(parent: Channel) -> list[Channel]:
    """The threads of a channel that are not archived, newest first."""
    threads = parent.guild.threads.values() if parent.guild else ()
    found = [t for t in threads if t.parent_id == parent.id and t.thread and not t.thread.archived]
    return sorted(found, key=lambda thread: thread.id, reverse=True)
