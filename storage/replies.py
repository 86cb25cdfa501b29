"""Replies: written down segment by segment, settled, and asked for again, each step one transaction."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select, update
from sqlmodel import Session, col

from storage import workspaces
from storage.claims import Work
from storage.states import IllegalMove, ReplyState, move
from storage.tables import Feedback, Message, Reply, Segment, now, rows
from storage.words import AuthorKind, Role

REPLIES = rows(Reply).c
OWNED = select(REPLIES.state).where(REPLIES.id == bindparam("reply"), REPLIES.epoch == bindparam("epoch"))
SETTLE = update(rows(Reply)).where(REPLIES.id == bindparam("reply"))


class Fenced(RuntimeError):
    """Another process has taken this reply over: keep your hands off it."""


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
