"""Replies: taken up, written down segment by segment, and settled, each step one transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from storage import workspaces
from storage.states import UNSETTLED, ReplyState, move
from storage.tables import Channel, Message, Persona, Reply, Segment, Thread, Workspace, now
from storage.words import AuthorKind, Platform, Role


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Everything that a reply is made from: where it goes, which layers apply, and the newest turns, oldest first."""

    reply_id: int
    epoch: int
    thread_id: int
    platform: Platform
    workspace_id: str
    workspace_name: str
    workspace_prompt: str
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a reply ended: its state, the text the model gave, and what it took."""

    state: ReplyState
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


def claim(session: Session, thread_id: int, history_limit: int) -> Work | None:
    """Take up the thread's queued reply with its newest `history_limit` turns; None when none waits.

    The turns are read in the transaction that starts the reply, so a message is either seen by it or asks anew.
    """
    reply = session.execute(
        select(Reply).where(col(Reply.thread_id) == thread_id, col(Reply.state) == ReplyState.QUEUED)
    ).scalar_one_or_none()
    if reply is None or reply.id is None:
        return None
    reply.state = move(ReplyState(reply.state), ReplyState.RUNNING).value
    reply.epoch += 1
    reply.started_at = now()
    session.flush()
    return _work(session, reply.id, reply.epoch, history_limit)


def _work(session: Session, reply_id: int, epoch: int, history_limit: int) -> Work:
    thread, channel, workspace, persona, trigger = session.execute(
        select(Thread, Channel, Workspace, Persona, Message)
        .select_from(Reply)
        .join(Thread, col(Thread.id) == Reply.thread_id)
        .join(Channel, col(Channel.id) == Thread.channel_id)
        .join(Workspace, col(Workspace.id) == Channel.workspace_id)
        .join(Message, col(Message.id) == Reply.trigger_id)
        .outerjoin(Persona, col(Persona.id) == Channel.persona_id)
        .where(col(Reply.id) == reply_id)
    ).one()
    turns, seen = _newest_turns(session, thread.id, history_limit)
    return Work(
        reply_id=reply_id,
        epoch=epoch,
        thread_id=thread.id,
        platform=Platform(workspace.platform),
        workspace_id=workspace.platform_id,
        workspace_name=workspace.name,
        workspace_prompt=workspace.prompt,
        channel_id=channel.platform_id,
        channel_name=channel.name,
        persona_name=persona.name if persona else "",
        persona_instruction=persona.instruction if persona else "",
        thread_key=thread.key,
        posts_in=thread.posts_in,
        trigger_id=trigger.platform_id or "",
        asker_id=trigger.author_id,
        asked_at=trigger.sent_at,
        seen_position=seen,
        turns=turns,
    )


def _newest_turns(session: Session, thread_id: int, limit: int) -> tuple[tuple[Turn, ...], int]:
    """The newest turns, oldest first, and the highest position among them."""
    rows = session.execute(
        select(
            col(Message.role),
            col(Message.author_kind),
            col(Message.author_id),
            col(Message.author_name),
            col(Message.text),
            col(Message.position),
        )
        .where(col(Message.thread_id) == thread_id)
        .order_by(col(Message.position).desc(), col(Message.id).desc())
        .limit(limit)
    ).all()
    turns = tuple(Turn(Role(row[0]), AuthorKind(row[1]), row[2], row[3], row[4]) for row in reversed(rows))
    return turns, rows[0][5]


def add_segment(session: Session, work: Work, number: int, platform_id: str) -> None:
    """Write down a platform message of a reply. Raises Fenced when another process runs the reply now."""
    _owned(session, work)
    values = {"reply_id": work.reply_id, "number": number, "platform_id": platform_id}
    workspaces.insert_if_new(session, Segment, values)


def settle(session: Session, work: Work, outcome: Outcome) -> None:
    """Store the answer and the end of a reply. Raises Fenced, or IllegalMove when it is settled already."""
    reply = _owned(session, work)
    reply.state = move(ReplyState(reply.state), outcome.state).value
    reply.error = outcome.error
    reply.model = outcome.model
    reply.finish_reason = outcome.finish_reason
    reply.tokens_in, reply.tokens_out = outcome.tokens_in, outcome.tokens_out
    reply.settled_at = now()
    if outcome.text:
        reply.answer_id = _insert_answer(session, work, outcome.text)


def _insert_answer(session: Session, work: Work, text: str) -> int | None:
    channel_id = session.execute(select(col(Thread.channel_id)).where(col(Thread.id) == work.thread_id)).scalar_one()
    values = {
        "channel_id": channel_id,
        "thread_id": work.thread_id,
        "platform_id": None,
        "position": work.seen_position,
        "role": Role.ASSISTANT.value,
        "author_kind": AuthorKind.SELF.value,
        "author_id": "",
        "author_name": "",
        "text": text,
        "sent_at": now(),
        "created_at": now(),
    }
    return workspaces.insert_if_new(session, Message, values)


def _owned(session: Session, work: Work) -> Reply:
    reply = session.get(Reply, work.reply_id)
    if reply is None or reply.epoch != work.epoch:
        raise Fenced(f"reply {work.reply_id} is run by another process")
    return reply


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


def take_over(session: Session, reply_id: int) -> tuple[Work, list[str]]:
    """Fence off whoever ran a reply; what it was made from, and the platform ids of its segments in order."""
    epoch: int = session.execute(
        update(Reply).where(col(Reply.id) == reply_id).values(epoch=Reply.epoch + 1).returning(col(Reply.epoch))
    ).scalar_one()
    segments = session.execute(
        select(col(Segment.platform_id)).where(col(Segment.reply_id) == reply_id).order_by(col(Segment.number))
    ).scalars()
    return _work(session, reply_id, epoch, history_limit=1), list(segments)


def count_by_state(session: Session) -> dict[ReplyState, int]:
    """How many replies are in each state."""
    rows = session.execute(select(col(Reply.state), func.count()).group_by(col(Reply.state)))
    return {ReplyState(state): count for state, count in rows}
