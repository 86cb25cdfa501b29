"""Threads and the messages in them: what arrives is kept once, and with it the reply that it asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import and_, bindparam, select, union_all, update
from sqlmodel import Session, col

from storage import attachments, configurations, workspaces
from storage.configurations import Configuration
from storage.incoming import Incoming, Place
from storage.prepared import Prepared
from storage.states import ReplyState
from storage.tables import Channel, Message, Reply, Segment, Thread, Workspace, now, rows
from storage.words import AuthorKind, Listening, Platform, Role

WORKSPACES, CHANNELS = rows(Workspace).c, rows(Channel).c
THREADS, MESSAGES, REPLIES, SEGMENTS = rows(Thread).c, rows(Message).c, rows(Reply).c, rows(Segment).c
KEYED = Prepared(
    select(THREADS.id, THREADS.posts_in).where(
        THREADS.channel_id == bindparam("channel"), THREADS.key == bindparam("key")
    )
)
HOLDING = union_all(
    select(THREADS.id, THREADS.posts_in)
    .join_from(rows(Message), rows(Thread), THREADS.id == MESSAGES.thread_id)
    .where(MESSAGES.channel_id == bindparam("channel"), MESSAGES.platform_id == bindparam("message")),
    select(THREADS.id, THREADS.posts_in)
    .join_from(rows(Segment), rows(Reply), REPLIES.id == SEGMENTS.reply_id)
    .join(rows(Thread), THREADS.id == REPLIES.thread_id)
    .where(THREADS.channel_id == bindparam("channel"), SEGMENTS.platform_id == bindparam("message")),
).limit(1)

CONCERNED = Prepared(
    select(THREADS.id, CHANNELS.listening)
    .join_from(rows(Workspace), rows(Channel), CHANNELS.workspace_id == WORKSPACES.id)
    .outerjoin(rows(Thread), and_(THREADS.channel_id == CHANNELS.id, THREADS.key == bindparam("key")))
    .where(
        WORKSPACES.platform == bindparam("platform"),
        WORKSPACES.platform_id == bindparam("workspace"),
        CHANNELS.platform_id == bindparam("channel"),
    )
)

# The first reply of a thread waits no longer than this for what was said before.
PREPARED_WITHIN = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an incoming message.

    `thread_id` is None when it belongs to no conversation of Parley's and was not kept; `new` is false when it had been
    kept before; `opened` holds when its thread began with it; `reply_id` is the reply that was queued for it, None when
    none was needed; `refused_id` is one that will not be made.
    """

    thread_id: int | None = None
    new: bool = False
    opened: bool = False
    reply_id: int | None = None
    refused_id: int | None = None


class Admission(Protocol):
    """Says whether a message is kept, and whether it is answered, by what is set in its workspace."""

    def known(self, workspace_row: int, revision: int) -> Configuration | None:
        """What is set there, if that is known already and at least as new."""
        ...

    def keeps(self, configuration: Configuration) -> bool:
        """Asked of every message."""
        ...

    def refuses(self, configuration: Configuration) -> str:
        """Asked when a message needs an answer of its own: why it gets none, in one word; empty when it gets one."""
        ...


class Everybody:
    """Keeps and answers everything."""

    def known(self, workspace_row: int, revision: int) -> Configuration | None:
        return Configuration(workspace_row=workspace_row, platform=Platform.SLACK, revision=revision)

    def keeps(self, _configuration: Configuration) -> bool:
        return True

    def refuses(self, _configuration: Configuration) -> str:
        return ""


EVERYBODY = Everybody()


def keep(
    session: Session, incoming: Incoming, admission: Admission = EVERYBODY, *, opens_with_more: bool = False
) -> Kept:
    """Store a message and, when it asks for an answer, a queued reply. A second delivery changes nothing.

    What asks is up to the channel: it listens to mentions only, to what people write in threads that Parley takes part
    in, too, or to all that they write. In its threads everything is kept. A message that arrives while another waits
    for its answer is answered together with it. `admission` has a say in whether it is kept and answered. With
    `opens_with_more`, the first reply of a thread waits until `ledger.make_ready`, or for PREPARED_WITHIN.
    """
    located = workspaces.locate(session, incoming.place)
    workspace_row = located.workspace_id
    configuration = admission.known(workspace_row, located.revision) or configurations.read(session, workspace_row)
    if not admission.keeps(configuration):
        return Kept()
    thread = _thread_of(session, located.channel_id, incoming)
    opened = thread is None
    asks = _asks(incoming, located.listening, in_thread=not opened)
    if thread is None:
        if not asks:
            return Kept()
        thread = _open(session, located.channel_id, incoming)
    thread_id, posts_in = thread
    workspaces.lock_thread(session, thread_id)
    if posts_in != incoming.posts_in and incoming.author.kind is AuthorKind.PERSON:
        _follow(session, thread_id, incoming.posts_in)
    message_id = _insert(session, located.channel_id, thread_id, incoming)
    if message_id is None and incoming.edited and located.listening is Listening.MENTION:
        message_id = _kept(session, located.channel_id, incoming.message_id)
    if message_id is None:
        return Kept(thread_id)
    if not asks:
        return Kept(thread_id, new=True, opened=opened)
    reply_id = _queue(session, thread_id, message_id, waits=opened and opens_with_more)
    refusal = "" if reply_id is None else admission.refuses(configuration)
    if reply_id is None or not refusal:
        return Kept(thread_id, new=True, opened=opened, reply_id=reply_id)
    _refuse(session, reply_id, refusal)
    return Kept(thread_id, new=True, opened=opened, refused_id=reply_id)


def fill(session: Session, thread_id: int, earlier: Sequence[Incoming]) -> int:
    """Keep what was said in a thread before Parley took part in it; how many messages were new."""
    channel_id = session.execute(select(col(Thread.channel_id)).where(col(Thread.id) == thread_id)).scalar_one()
    return sum(_insert(session, channel_id, thread_id, one) is not None for one in earlier)


def concerns(session: Session, place: Place, thread_key: str) -> bool:
    """Whether what is said there concerns Parley though it is not mentioned: in its threads, and where it hears all."""
    named = {"platform": place.platform.value, "workspace": place.workspace_id, "channel": place.channel_id}
    found = CONCERNED.first(session, named | {"key": thread_key})
    return found is not None and (found[0] is not None or found[1] == Listening.EVERY)


def _asks(incoming: Incoming, listening: Listening, *, in_thread: bool) -> bool:
    if incoming.too_late or incoming.author.kind is not AuthorKind.PERSON:
        return False
    return incoming.asks or listening is Listening.EVERY or (in_thread and listening is Listening.THREADS)


def _thread_of(session: Session, channel_id: int, incoming: Incoming) -> tuple[int, str] | None:
    """The known thread that a message belongs to, by its key, else by the message it replies to; and where it posts."""
    found = KEYED.first(session, {"channel": channel_id, "key": incoming.thread_key})
    if found is None and incoming.in_reply_to is not None:
        found = session.execute(HOLDING, {"channel": channel_id, "message": incoming.in_reply_to}).first()
    return (found[0], found[1]) if found is not None else None


def _open(session: Session, channel_id: int, incoming: Incoming) -> tuple[int, str]:
    """Begin a thread; another process may do so at the same moment, and then it is that one's."""
    values = {"channel_id": channel_id, "key": incoming.thread_key, "posts_in": incoming.posts_in, "created_at": now()}
    thread_id = workspaces.insert_if_new(session, Thread, values)
    if thread_id is None:
        found = KEYED.first(session, {"channel": channel_id, "key": incoming.thread_key})
        if found is None:
            raise LookupError(f"the thread {incoming.thread_key!r} was not kept")
        return found[0], found[1]
    for earlier in incoming.before:
        _insert(session, channel_id, thread_id, earlier)
    return thread_id, incoming.posts_in


def _follow(session: Session, thread_id: int, posts_in: str) -> None:
    """Replies go to where people go on: a conversation may move into a Discord thread, and out of it again."""
    session.execute(update(Thread).where(col(Thread.id) == thread_id).values(posts_in=posts_in))


def _insert(session: Session, channel_id: int, thread_id: int, incoming: Incoming) -> int | None:
    own = incoming.author.kind is AuthorKind.SELF
    values: dict[str, Any] = {
        "channel_id": channel_id,
        "thread_id": thread_id,
        "platform_id": incoming.message_id,
        "position": incoming.position,
        "role": (Role.ASSISTANT if own else Role.USER).value,
        "author_kind": incoming.author.kind.value,
        "author_id": incoming.author.id,
        "author_name": incoming.author.name,
        "text": incoming.text,
        "sent_at": incoming.sent_at,
        "created_at": now(),
    }
    message_id = workspaces.insert_if_new(session, Message, values)
    if message_id is not None:
        attachments.announce(session, message_id, incoming.files)
    return message_id


def _kept(session: Session, channel_id: int, platform_id: str) -> int | None:
    its = (col(Message.channel_id) == channel_id, col(Message.platform_id) == platform_id)
    found: int | None = session.execute(select(col(Message.id)).where(*its)).scalar_one_or_none()
    return found


def _queue(session: Session, thread_id: int, message_id: int, *, waits: bool) -> int | None:
    moment = now()
    values: dict[str, Any] = {
        "thread_id": thread_id,
        "trigger_id": message_id,
        "state": ReplyState.QUEUED.value,
        "epoch": 0,
        "version": 1,
        "error": "",
        "model": "",
        "finish_reason": "",
        "created_at": moment,
        "ready_at": moment + PREPARED_WITHIN if waits else None,
    }
    return workspaces.insert_if_new(session, Reply, values)


def _refuse(session: Session, reply_id: int, reason: str) -> None:
    values = {"state": ReplyState.STOPPED.value, "error": reason, "settled_at": now()}
    session.execute(update(Reply).where(col(Reply.id) == reply_id).values(values))
