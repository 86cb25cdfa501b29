"""Replies: taken up, written down segment by segment, and settled, each step one transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update
from sqlmodel import Session, col

from storage import attachments, workspaces
from storage.incoming import File, Place
from storage.states import UNSETTLED, IllegalMove, ReplyState, move
from storage.tables import Channel, Feedback, Message, Persona, Reply, Segment, Thread, Workspace, now, rows
from storage.words import AuthorKind, Platform, Role

# The newest pictures of a conversation are shown to the model; each may have a megabyte.
IMAGES = 6


class Fenced(RuntimeError):
    """Another process has taken this reply over: keep your hands off it."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a reply ended: its state, the text the model gave, and what it took.

    `messages` is how many platform messages show it; 0 when that is not known.
    """

    state: ReplyState
    messages: int = 0
    text: str = ""
    error: str = ""
    model: str = ""
    finish_reason: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A reply that an earlier process left behind."""

    reply_id: int
    thread_id: int
    state: ReplyState


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
OWNED = select(REPLIES.state).where(REPLIES.id == bindparam("reply"), REPLIES.epoch == bindparam("epoch"))
SEE = update(rows(Reply)).where(REPLIES.id == bindparam("reply")).values(seen_position=bindparam("seen"))
SETTLE = update(rows(Reply)).where(REPLIES.id == bindparam("reply"))
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


def add_segment(session: Session, work: Work, number: int, platform_id: str) -> None:
    """Write down a platform message of a reply. Raises Fenced when another process runs the reply now."""
    _check_owned(session, work)
    values = {"reply_id": work.reply_id, "number": number, "platform_id": platform_id}
    if workspaces.insert_if_new(session, Segment, values) is None:
        its = (col(Segment.reply_id) == work.reply_id, col(Segment.number) == number)
        session.execute(update(Segment).where(*its).values(platform_id=platform_id))


def settle(session: Session, work: Work, outcome: Outcome) -> None:
    """Store the answer and the end of a reply. Raises Fenced, or IllegalMove when it is settled already."""
    move(_check_owned(session, work), outcome.state)
    if work.segments and outcome.messages:
        gone = (col(Segment.reply_id) == work.reply_id, col(Segment.number) >= outcome.messages)
        session.execute(delete(Segment).where(*gone))
    values = {
        "state": outcome.state.value,
        "answer_id": _insert_answer(session, work, outcome.text) if outcome.text else None,
        "error": outcome.error,
        "model": outcome.model,
        "finish_reason": outcome.finish_reason,
        "tokens_in": outcome.tokens_in,
        "tokens_out": outcome.tokens_out,
        "settled_at": now(),
    }
    session.execute(SETTLE, values | {"reply": work.reply_id})


def _insert_answer(session: Session, work: Work, text: str) -> int | None:
    moment = now()
    values = {
        "channel_id": work.channel_row,
        "thread_id": work.thread_id,
        "platform_id": None,
        "position": work.seen_position,
        "role": Role.ASSISTANT.value,
        "author_kind": AuthorKind.SELF.value,
        "author_id": "",
        "author_name": "",
        "text": text,
        "sent_at": moment,
        "created_at": moment,
    }
    return workspaces.insert_if_new(session, Message, values)


def _check_owned(session: Session, work: Work) -> ReplyState:
    """The state of a reply that is still this process's to write; raises Fenced when it is not."""
    state = session.execute(OWNED, {"reply": work.reply_id, "epoch": work.epoch}).scalar_one_or_none()
    if state is None:
        raise Fenced(f"reply {work.reply_id} is run by another process")
    return ReplyState(state)


def unsettled(session: Session, platforms: frozenset[Platform]) -> list[Unsettled]:
    """The replies on these platforms that no process has settled, oldest first."""
    rows = session.execute(
        select(col(Reply.id), col(Reply.thread_id), col(Reply.state))
        .join(Thread, col(Thread.id) == Reply.thread_id)
        .join(Channel, col(Channel.id) == Thread.channel_id)
        .join(Workspace, col(Workspace.id) == Channel.workspace_id)
        .where(col(Reply.state).in_(UNSETTLED), col(Workspace.platform).in_(platforms))
        .order_by(col(Reply.id))
    )
    return [Unsettled(reply_id, thread_id, ReplyState(state)) for reply_id, thread_id, state in rows]


def unsettled_in(session: Session, platform: Platform, workspace_id: str) -> list[int]:
    """The replies in a workspace that are queued or running, oldest first."""
    rows = session.execute(
        select(col(Reply.id))
        .join(Thread, col(Thread.id) == Reply.thread_id)
        .join(Channel, col(Channel.id) == Thread.channel_id)
        .join(Workspace, col(Workspace.id) == Channel.workspace_id)
        .where(
            col(Reply.state).in_(UNSETTLED),
            col(Workspace.platform) == platform,
            col(Workspace.platform_id) == workspace_id,
        )
        .order_by(col(Reply.id))
    )
    return list(rows.scalars())


def take_over(session: Session, reply_id: int) -> Work:
    """Fence off whoever ran a reply; what it was made from, and the messages that it has."""
    reply = _existing(session, reply_id)
    reply.epoch += 1
    session.flush()
    return _work(session, reply_id, history_limit=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whose a reply is and how it stands, for deciding who may do what with it."""

    platform: Platform
    workspace_id: str
    channel_id: str
    thread_id: int
    asker_id: str
    state: ReplyState


def standing(session: Session, reply_id: int) -> Standing | None:
    """None when there is no such reply."""
    row = session.execute(
        select(
            col(Workspace.platform),
            col(Workspace.platform_id),
            col(Channel.platform_id),
            col(Reply.thread_id),
            col(Message.author_id),
            col(Reply.state),
        )
        .select_from(Reply)
        .join(Thread, col(Thread.id) == Reply.thread_id)
        .join(Channel, col(Channel.id) == Thread.channel_id)
        .join(Workspace, col(Workspace.id) == Channel.workspace_id)
        .join(Message, col(Message.id) == Reply.trigger_id)
        .where(col(Reply.id) == reply_id)
    ).one_or_none()
    if row is None:
        return None
    return Standing(Platform(row[0]), row[1], row[2], row[3], row[4], ReplyState(row[5]))


def running_in(session: Session, place: Place, thread_key: str) -> int | None:
    """The reply that is queued or running in a thread, if any."""
    channel_id = workspaces.locate(session, place).channel_id
    found: int | None = session.execute(
        select(col(Reply.id))
        .join(Thread, col(Thread.id) == Reply.thread_id)
        .where(col(Thread.channel_id) == channel_id, col(Thread.key) == thread_key, col(Reply.state).in_(UNSETTLED))
        .order_by(col(Reply.state).desc())
        .limit(1)
    ).scalar_one_or_none()
    return found


def stop_queued(session: Session, reply_id: int) -> bool:
    """Stop a reply that nobody has taken up yet; false when it is not queued."""
    reply = _existing(session, reply_id)
    if reply.state != ReplyState.QUEUED:
        return False
    reply.state, reply.settled_at = move(ReplyState.QUEUED, ReplyState.STOPPED).value, now()
    return True


def again(session: Session, reply_id: int) -> None:
    """Queue a further version of a settled reply; the one before stays in storage, out of the history.

    Raises IllegalMove when it is not settled, or when another reply of its thread is queued.
    """
    reply = _existing(session, reply_id)
    waiting = select(col(Reply.id)).where(
        col(Reply.thread_id) == reply.thread_id, col(Reply.state) == ReplyState.QUEUED
    )
    if session.execute(waiting).first() is not None:
        raise IllegalMove("another reply waits in this thread")
    reply.state = move(ReplyState(reply.state), ReplyState.QUEUED).value
    reply.version += 1
    reply.settled_at = None
    if reply.answer_id is not None:
        session.execute(update(Message).where(col(Message.id) == reply.answer_id).values(replaced_at=now()))
        reply.answer_id = None


def rate(session: Session, reply_id: int, person_id: str, value: int) -> None:
    """Keep what a person thinks of a reply: 1 or -1; a second opinion replaces the first."""
    known = session.execute(
        select(Feedback).where(col(Feedback.reply_id) == reply_id, col(Feedback.person_id) == person_id)
    ).scalar_one_or_none()
    if known is None:
        session.add(Feedback(reply_id=reply_id, person_id=person_id, value=value))
        return
    known.value, known.given_at = value, now()


def _existing(session: Session, reply_id: int) -> Reply:
    reply = session.get(Reply, reply_id)
    if reply is None:
        raise LookupError(f"there is no reply {reply_id}")
    return reply


def count_by_state(session: Session) -> dict[ReplyState, int]:
    """How many replies are in each state."""
    rows = session.execute(select(col(Reply.state), func.count()).group_by(col(Reply.state)))
    return {ReplyState(state): count for state, count in rows}
