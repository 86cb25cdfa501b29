"""What a reply is made from, read in the transaction that takes it up."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlmodel import Session

from storage import attachments
from storage.incoming import File
from storage.states import ReplyState
from storage.tables import Channel, Message, Persona, Reply, Segment, Thread, Workspace, now, rows
from storage.words import AuthorKind, Platform, Role

# The newest pictures of a conversation are shown to the model; each may have a megabyte.
IMAGES = 6


@dataclass(frozen=True, slots=True)
class Turn:
    """A stored message, as the model needs it."""

    role: Role
    author_kind: AuthorKind
    author_id: str
    author_name: str
    text: str
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Everything that a reply is made from: where it goes, which layers apply, and the newest turns, oldest first.

    `segments` are the platform ids of messages that it has already, from an earlier version or an earlier process.
    """

    reply_id: int
    epoch: int
    version: int
    thread_id: int
    platform: Platform
    workspace_id: str
    workspace_name: str
    workspace_prompt: str
    channel_row: int
    channel_id: str
    channel_name: str
    persona_name: str
    persona_instruction: str
    thread_key: str
    posts_in: str
    trigger_id: str
    asker_id: str
    asked_at: datetime
    seen_position: int
    turns: tuple[Turn, ...]
    segments: tuple[str, ...] = ()


MOST_POSITION = 2**63 - 1
REPLIES, THREADS, CHANNELS, SPACES = rows(Reply).c, rows(Thread).c, rows(Channel).c, rows(Workspace).c
MESSAGES, PERSONAS, SEGMENTS = rows(Message).c, rows(Persona).c, rows(Segment).c
START = (
    update(rows(Reply))
    .where(
        REPLIES.thread_id == bindparam("thread"),
        REPLIES.state == ReplyState.QUEUED.value,
        ~attachments.PENDING_IN_THREAD,
    )
    .values(state=ReplyState.RUNNING.value, epoch=REPLIES.epoch + 1, started_at=bindparam("moment"))
    .returning(REPLIES.id)
)
FENCE = (
    update(rows(Reply)).where(REPLIES.id == bindparam("reply")).values(epoch=REPLIES.epoch + 1).returning(REPLIES.id)
)
SEE = update(rows(Reply)).where(REPLIES.id == bindparam("reply")).values(seen_position=bindparam("seen"))
SEGMENT_IDS = select(SEGMENTS.platform_id).where(SEGMENTS.reply_id == bindparam("reply")).order_by(SEGMENTS.number)
MADE_FROM = (
    select(
        REPLIES.id.label("reply_id"),
        REPLIES.epoch,
        REPLIES.version,
        REPLIES.seen_position,
        THREADS.id.label("thread_id"),
        THREADS.key.label("thread_key"),
        THREADS.posts_in,
        CHANNELS.id.label("channel_row"),
        CHANNELS.platform_id.label("channel_id"),
        CHANNELS.name.label("channel_name"),
        SPACES.platform,
        SPACES.platform_id.label("workspace_id"),
        SPACES.name.label("workspace_name"),
        SPACES.prompt.label("workspace_prompt"),
        func.coalesce(PERSONAS.name, "").label("persona_name"),
        func.coalesce(PERSONAS.instruction, "").label("persona_instruction"),
        MESSAGES.position,
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
TURNS = (
    select(
        attachments.BESIDE_MESSAGE.label("has_files"),
        MESSAGES.id,
        MESSAGES.position,
        MESSAGES.role,
        MESSAGES.author_kind,
        MESSAGES.author_id,
        MESSAGES.author_name,
        MESSAGES.text,
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


def claim(session: Session, thread_id: int, history_limit: int) -> Work | None:
    """Take up the thread's queued reply with its newest `history_limit` turns; None when none waits, or not yet.

    The turns are read in the transaction that starts the reply, so a message is either seen by it or asks anew.
    """
    moment = now()
    waited = moment - attachments.PATIENCE
    start = {"thread": thread_id, "moment": moment, "waited": waited}
    reply_id = session.execute(START, start).scalar_one_or_none()
    return None if reply_id is None else _work(session, reply_id, history_limit)


def _work(session: Session, reply_id: int, history_limit: int) -> Work:
    made_from = dict(session.execute(MADE_FROM, {"reply": reply_id}).mappings().one())
    position, seen = made_from.pop("position"), made_from.pop("seen_position")
    up_to = MOST_POSITION if seen is None else seen
    turns = _newest_turns(session, made_from["thread_id"], up_to, history_limit)
    if seen is None:
        seen = max([position, *(position for position, _ in turns)])
        session.execute(SEE, {"reply": reply_id, "seen": seen})
    return Work(
        **made_from | {"platform": Platform(made_from["platform"])},
        seen_position=seen,
        turns=tuple(turn for _, turn in turns),
        segments=_segments(session, reply_id) if made_from["epoch"] > 1 else (),
    )


def _newest_turns(session: Session, thread_id: int, up_to: int, limit: int) -> list[tuple[int, Turn]]:
    """The newest turns with their positions, oldest first; a further version sees what the first one had seen."""
    found = session.execute(TURNS, {"thread": thread_id, "up_to": up_to, "limit": limit}).all()
    files = attachments.of_messages(session, [row[1] for row in found if row[0]], IMAGES)
    return [
        (row[2], Turn(Role(row[3]), AuthorKind(row[4]), row[5], row[6], row[7], files.get(row[1], ())))
        for row in reversed(found)
    ]


def _segments(session: Session, reply_id: int) -> tuple[str, ...]:
    return tuple(session.execute(SEGMENT_IDS, {"reply": reply_id}).scalars())


def take_over(session: Session, reply_id: int) -> Work:
    """Fence off whoever ran a reply; what it was made from, and the messages that it has."""
    if session.execute(FENCE, {"reply": reply_id}).scalar_one_or_none() is None:
        raise LookupError(f"there is no reply {reply_id}")
    return _work(session, reply_id, history_limit=1)
