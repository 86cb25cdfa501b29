"""Summaries of what has fallen out of the model's window: the newest that holds is read, and what is gone is forgotten.

Messages of a thread are in the order of their position, then of their row. A summary covers all up to one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, exists, or_, select, update
from sqlmodel import Session, col

from storage.tables import Message, Reply, Thread, now, rows
from storage.tables import Summary as Row

SUMMARIES, MESSAGES, REPLIES = rows(Row).c, rows(Message).c, rows(Reply).c
IS_COVERED = and_(
    MESSAGES.thread_id == SUMMARIES.thread_id,
    or_(
        MESSAGES.position < SUMMARIES.up_to_position,
        and_(MESSAGES.position == SUMMARIES.up_to_position, MESSAGES.id <= SUMMARIES.up_to_id),
    ),
)
# Of the thread of a reply, the newest that does not reach what the reply answers.
BEFORE_TRIGGER = (
    select(SUMMARIES.id)
    .where(
        SUMMARIES.thread_id == REPLIES.thread_id,
        SUMMARIES.forgotten_at.is_(None),
        SUMMARIES.up_to_position < MESSAGES.position,
    )
    .order_by(SUMMARIES.up_to_position.desc(), SUMMARIES.up_to_id.desc())
    .limit(1)
    .correlate(rows(Reply), rows(Message))
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class Summary:
    """What was said in a thread up to the message `up_to_id`, in short. `row` is that of its own row."""

    row: int
    up_to_id: int
    text: str


def find(session: Session, row: int | None) -> Summary | None:
    """None when it was forgotten."""
    if row is None:
        return None
    found = session.execute(
        select(col(Row.up_to_id), col(Row.text)).where(col(Row.id) == row, col(Row.forgotten_at).is_(None))
    ).one_or_none()
    return None if found is None else Summary(row, found[0], found[1])


def of_thread(session: Session, thread_id: int, row: int) -> Summary | None:
    """A summary of this very thread; None when there is none, or it was forgotten."""
    is_its = session.execute(select(col(Row.id)).where(col(Row.id) == row, col(Row.thread_id) == thread_id)).first()
    return find(session, row) if is_its else None


def newest(session: Session, thread_id: int) -> Summary | None:
    """The summary that covers most of a thread."""
    row = session.execute(
        select(col(Row.id))
        .where(col(Row.thread_id) == thread_id, col(Row.forgotten_at).is_(None))
        .order_by(col(Row.up_to_position).desc(), col(Row.up_to_id).desc())
        .limit(1)
    ).scalar_one_or_none()
    return find(session, row)


def forget(session: Session, message_ids: Sequence[int]) -> None:
    """Messages were changed or deleted: forget every summary that covers one of them."""
    covers = exists(select(MESSAGES.id).where(MESSAGES.id.in_(message_ids), IS_COVERED).correlate(rows(Row)))
    gone = {"text": "", "forgotten_at": now()}
    session.execute(update(rows(Row)).where(SUMMARIES.forgotten_at.is_(None), covers).values(gone))


def told(session: Session, thread_id: int, reply_id: int) -> None:
    """People were told by this reply that older messages are left out."""
    untold = (col(Thread.id) == thread_id, col(Thread.told_by).is_(None))
    session.execute(update(Thread).where(*untold).values(told_by=reply_id))
