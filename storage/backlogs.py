"""What of a thread no summary covers yet, and the summary that is made of it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session, col

from storage import attachments, spending, summaries, workspaces
from storage.claims import Turn
from storage.spending import Bill
from storage.summaries import Summary
from storage.tables import Message, now
from storage.tables import Summary as Row
from storage.words import AuthorKind, Role


@dataclass(frozen=True, slots=True)
class Backlog:
    """The newest summary, if any, and the turns after it, oldest first; `more` holds when there are further ones."""

    base: Summary | None
    turns: tuple[Turn, ...]
    more: bool = False


def backlog(session: Session, thread_id: int, up_to: int, limit: int) -> Backlog:
    """What is to be covered next of what was said up to a position: of a thread without summary, the newest turns."""
    base = summaries.newest(session, thread_id)
    if base is None:
        newest = _turns(thread_id, up_to).order_by(col(Message.position).desc(), col(Message.id).desc()).limit(limit)
        return Backlog(None, _read(session, session.execute(newest).all()[::-1]))
    found = session.execute(_after(session, thread_id, up_to, base).limit(limit + 1)).all()
    return Backlog(base, _read(session, found[:limit]), more=len(found) > limit)


def keep(session: Session, thread_id: int, made_of: Backlog, text: str, bill: Bill) -> bool:
    """Keep a summary; false when what it was made of has been changed meanwhile, or another process has made one.

    Then only what it took is kept. What is read here is locked until this transaction ends, so that a change of it
    comes before or after.
    """
    workspaces.lock_thread(session, thread_id)
    base, ids = made_of.base, [turn.message_id for turn in made_of.turns]
    held = _turns(thread_id, None).where(col(Message.id).in_(ids)).with_for_update(read=True)
    found = session.execute(held.order_by(col(Message.position), col(Message.id))).all()
    spending.add(session, bill)
    holds = summaries.newest(session, thread_id) == base and _read(session, found) == made_of.turns
    newest = session.execute(
        select(func.coalesce(func.max(col(Row.version)), 0)).where(col(Row.thread_id) == thread_id)
    ).scalar_one()
    values: dict[str, Any] = {
        "thread_id": thread_id,
        "version": newest + 1,
        "base_id": base.row if base else None,
        "up_to_position": found[-1].position if holds else 0,
        "up_to_id": ids[-1],
        "covered": len(ids),
        "text": text if holds else "",
        "forgotten_at": None if holds else now(),
        "model": bill.model,
        "tokens_in": bill.took.tokens_in,
        "tokens_out": bill.took.tokens_out,
        "cost_microusd": bill.took.cost_microusd,
        "created_at": now(),
    }
    return workspaces.insert_if_new(session, Row, values) is not None and holds


def _turns(thread_id: int, up_to: int | None) -> Any:
    statement = select(
        col(Message.id),
        col(Message.position),
        col(Message.role),
        col(Message.author_kind),
        col(Message.author_id),
        col(Message.author_name),
        col(Message.text),
    ).where(col(Message.thread_id) == thread_id, col(Message.deleted_at).is_(None), col(Message.replaced_at).is_(None))
    return statement if up_to is None else statement.where(col(Message.position) <= up_to)


def _after(session: Session, thread_id: int, up_to: int, base: Summary) -> Any:
    position = session.execute(select(col(Row.up_to_position)).where(col(Row.id) == base.row)).scalar_one()
    later = or_(
        col(Message.position) > position, and_(col(Message.position) == position, col(Message.id) > base.up_to_id)
    )
    return _turns(thread_id, up_to).where(later).order_by(col(Message.position), col(Message.id))


def _read(session: Session, found: Any) -> tuple[Turn, ...]:
    """The turns with the names of their files, and without what is in those."""
    files = attachments.of_messages(session, [row.id for row in found], 0)
    return tuple(
        Turn(
            Role(row.role),
            AuthorKind(row.author_kind),
            row.author_id,
            row.author_name,
            row.text,
            files.get(row.id, ()),
            row.id,
        )
        for row in found
    )
