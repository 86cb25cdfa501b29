"""What a reply is made from, read in the transaction that takes it up."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Update, bindparam, func, literal_column, or_, select, update
from sqlmodel import Session

from storage import attachments, ledger, summaries, tool_turns, workspaces
from storage.incoming import PENDING, File
from storage.ledger import Left
from storage.prepared import Prepared
from storage.states import ReplyState
from storage.summaries import Summary
from storage.tables import Channel, Message, Persona, Reply, Segment, Thread, Workspace, now, rows
from storage.tool_turns import CallTurn
from storage.words import AuthorKind, Platform, Role

# The newest pictures of a conversation are shown to the model; each may have a megabyte.
IMAGES = 6


@dataclass(frozen=True, slots=True)
class Turn:
    """A stored message, as the model needs it; `message_id` is that of its row.

    `calls` is what an answer had done by tools; it is given with all of them or with none.
    """

    role: Role
    author_kind: AuthorKind
    author_id: str
    author_name: str
    text: str
    files: tuple[File, ...] = ()
    message_id: int = 0
    calls: tuple[CallTurn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a reply is made from: where it goes, and the newest turns, oldest first.

    What is set in its workspace is kept by `workspace_revision`, so that it need not be read for each reply.
    `segments` are the platform ids of messages that it has already, from an earlier version or an earlier process, and
    `left` and `called` are what an earlier process has left of this version; `attempt` counts them. `older` holds when
    the thread has older turns than those read here, and `summary` covers what was said up to a turn before the trigger.
    `told_by` is the reply in which people were told that older messages are left out.
    """

    reply_id: int
    epoch: int
    version: int
    thread_id: int
    platform: Platform
    workspace_row: int
    workspace_id: str
    workspace_name: str
    workspace_revision: int
    channel_row: int
    channel_id: str
    channel_name: str
    channel_topic: str
    channel_model: str
    persona_id: int | None
    persona_name: str
    persona_display_name: str
    persona_icon: str
    thread_key: str
    posts_in: str
    trigger_id: str
    trigger_row: int = 0
    asker_id: str
    asked_at: datetime
    queued_at: datetime | None = None
    started_at: datetime | None = None
    seen_position: int
    turns: tuple[Turn, ...]
    older: bool = False
    summary: Summary | None = None
    told_by: int | None = None
    segments: tuple[str, ...] = ()
    attempt: int = 1
    left: Left | None = None
    called: tuple[CallTurn, ...] = ()

    @property
    def begins_thread(self) -> bool:
        """Whether its first message begins the thread, which has no key before that is posted."""
        return self.thread_key.startswith(PENDING)


MOST_POSITION = 2**63 - 1
REPLIES, THREADS, CHANNELS, SPACES = rows(Reply).c, rows(Thread).c, rows(Channel).c, rows(Workspace).c
MESSAGES, PERSONAS, SEGMENTS = rows(Message).c, rows(Persona).c, rows(Segment).c
# As text, since a partial index serves a statement that names its state, and not one that is given it.
QUEUED: ColumnElement[str] = literal_column(f"'{ReplyState.QUEUED}'")
RUNNING: ColumnElement[str] = literal_column(f"'{ReplyState.RUNNING}'")
LEFT_RUNNING = select(REPLIES.id).where(REPLIES.thread_id == bindparam("thread"), REPLIES.state == RUNNING)
READY = select(REPLIES.id).where(
    REPLIES.thread_id == bindparam("thread"),
    REPLIES.state == QUEUED,
    or_(REPLIES.ready_at.is_(None), REPLIES.ready_at <= bindparam("moment")),
    ~attachments.PENDING_IN_THREAD,
)


def _taking(reply_id: Any) -> Update:
    return (
        update(rows(Reply))
        .where(REPLIES.id == reply_id)
        .values(
            state=ReplyState.RUNNING.value,
            epoch=REPLIES.epoch + 1,
            attempts=REPLIES.attempts + 1,
            runner=bindparam("runner"),
            started_at=bindparam("moment"),
        )
        .returning(REPLIES.id)
    )


TAKE_UP = Prepared(_taking(func.coalesce(LEFT_RUNNING.scalar_subquery(), READY.scalar_subquery())))
FENCE = (
    update(rows(Reply)).where(REPLIES.id == bindparam("reply")).values(epoch=REPLIES.epoch + 1).returning(REPLIES.id)
)
SEE = Prepared(update(rows(Reply)).where(REPLIES.id == bindparam("reply")).values(seen_position=bindparam("seen")))
SEGMENT_IDS = select(SEGMENTS.platform_id).where(SEGMENTS.reply_id == bindparam("reply")).order_by(SEGMENTS.number)
MADE_FROM = Prepared(
    select(
        REPLIES.id.label("reply_id"),
        REPLIES.epoch,
        REPLIES.version,
        REPLIES.attempts.label("attempt"),
        REPLIES.seen_position,
        func.coalesce(REPLIES.queued_at, REPLIES.created_at).label("queued_at"),
        REPLIES.started_at,
        THREADS.id.label("thread_id"),
        THREADS.key.label("thread_key"),
        THREADS.posts_in,
        THREADS.told_by,
        CHANNELS.id.label("channel_row"),
        CHANNELS.platform_id.label("channel_id"),
        CHANNELS.name.label("channel_name"),
        CHANNELS.topic.label("channel_topic"),
        CHANNELS.model.label("channel_model"),
        CHANNELS.persona_id,
        SPACES.platform,
        SPACES.id.label("workspace_row"),
        SPACES.platform_id.label("workspace_id"),
        SPACES.name.label("workspace_name"),
        SPACES.revision.label("workspace_revision"),
        func.coalesce(PERSONAS.name, "").label("persona_name"),
        func.coalesce(PERSONAS.display_name, "").label("persona_display_name"),
        func.coalesce(PERSONAS.icon, "").label("persona_icon"),
        MESSAGES.position,
        MESSAGES.id.label("trigger_row"),
        summaries.BEFORE_TRIGGER.label("summary_row"),
        func.coalesce(MESSAGES.platform_id, "").label("trigger_id"),
        MESSAGES.author_id.label("asker_id"),
        MESSAGES.sent_at.label("asked_at"),
    )
    .join_from(rows(Reply), rows(Thread), THREADS.id == REPLIES.thread_id)
    .join(rows(Channel), CHANNELS.id == THREADS.channel_id)
    .join(rows(Workspace), SPACES.id == CHANNELS.workspace_id)
    .join(rows(Message), MESSAGES.id == REPLIES.trigger_id)
    .outerjoin(rows(Persona), PERSONAS.id == CHANNELS.persona_id)
    .where(REPLIES.id == bindparam("reply"))
)
TURNS = Prepared(
    select(
        attachments.BESIDE_MESSAGE.label("has_files"),
        MESSAGES.id,
        MESSAGES.position,
        MESSAGES.role,
        MESSAGES.author_kind,
        MESSAGES.author_id,
        MESSAGES.author_name,
        MESSAGES.text,
        tool_turns.BESIDE_ANSWER.label("has_calls"),
    )
    .where(
        MESSAGES.thread_id == bindparam("thread"),
        MESSAGES.position <= bindparam("up_to"),
        MESSAGES.deleted_at.is_(None),
        MESSAGES.replaced_at.is_(None),
    )
    .order_by(MESSAGES.position.desc(), MESSAGES.id.desc())
    .limit(bindparam("limit"))
)


def claim(session: Session, thread_id: int, history_limit: int, *, runner: str = "") -> Work | None:
    """Take up the thread's next reply with its newest `history_limit` turns; None when none waits, or not yet.

    For whoever holds the thread: a reply that is running was left behind, and comes first. The turns are read in the
    transaction that starts the reply, so a message is either seen by it or asks anew.
    """
    workspaces.lock_thread(session, thread_id)
    moment = now()
    waited = moment - attachments.PATIENCE
    taken = {"thread": thread_id, "moment": moment, "waited": waited, "runner": runner}
    reply_id = TAKE_UP.value(session, taken)
    return None if reply_id is None else _work(session, reply_id, history_limit)


def _work(session: Session, reply_id: int, history_limit: int) -> Work:
    found = MADE_FROM.first(session, {"reply": reply_id})
    if found is None:
        raise LookupError(f"there is no reply {reply_id}")
    made_from = dict(zip(MADE_FROM.names, found, strict=True))
    position, seen = made_from.pop("position"), made_from.pop("seen_position")
    summary = summaries.find(session, made_from.pop("summary_row"))
    up_to = MOST_POSITION if seen is None else seen
    turns = _newest_turns(session, made_from["thread_id"], up_to, history_limit + 1)
    older, turns = len(turns) > history_limit, turns[-history_limit:]
    if seen is None:
        seen = max([position, *(position for position, _ in turns)])
        SEE.all(session, {"reply": reply_id, "seen": seen})
    return Work(
        **made_from | {"platform": Platform(made_from["platform"])},
        seen_position=seen,
        turns=tuple(turn for _, turn in turns),
        older=older,
        summary=summary,
        segments=_segments(session, reply_id) if made_from["epoch"] > 1 else (),
        left=ledger.left(session, reply_id) if made_from["attempt"] > 1 else None,
        called=tool_turns.of_version(session, reply_id, made_from["version"]) if made_from["attempt"] > 1 else (),
    )


def _newest_turns(session: Session, thread_id: int, up_to: int, limit: int) -> list[tuple[int, Turn]]:
    """The newest turns with their positions, oldest first; a further version sees what the first one had seen."""
    found = TURNS.all(session, {"thread": thread_id, "up_to": up_to, "limit": limit})
    files = attachments.of_messages(session, [row[1] for row in found if row[0]], IMAGES)
    calls = tool_turns.of_answers(session, [row[1] for row in found if row[8]])
    return [(row[2], _turn(row, files.get(row[1], ()), calls.get(row[1], ()))) for row in reversed(found)]


def _turn(row: Any, files: tuple[File, ...], calls: tuple[CallTurn, ...]) -> Turn:
    return Turn(Role(row[3]), AuthorKind(row[4]), row[5], row[6], row[7], files, row[1], calls)


def _segments(session: Session, reply_id: int) -> tuple[str, ...]:
    return tuple(session.execute(SEGMENT_IDS, {"reply": reply_id}).scalars())


def take_over(session: Session, reply_id: int) -> Work:
    """Fence off whoever ran a reply; what it was made from, and the messages that it has."""
    if session.execute(FENCE, {"reply": reply_id}).scalar_one_or_none() is None:
        raise LookupError(f"there is no reply {reply_id}")
    return _work(session, reply_id, history_limit=1)


def look(session: Session, reply_id: int) -> Work:
    """Where a settled reply is, and the messages that it has; it may not be written with that."""
    return replace(_work(session, reply_id, history_limit=1), segments=_segments(session, reply_id))
