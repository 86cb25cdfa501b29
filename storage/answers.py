"""The answers of a workspace, newest first: each look takes about the same time, however many there are.

Replies are told apart by their ids alone, which grow. So a look goes through a span of ids at most, whoever they
belong to, and says from where to look on.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import Session

from storage.states import ReplyState
from storage.tables import Channel, Message, Reply, Thread, rows

SPAN = 20_000
REPLIES, THREADS, CHANNELS, MESSAGES = rows(Reply).c, rows(Thread).c, rows(Channel).c, rows(Message).c


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One reply as it stands, who asked for it and where."""

    id: int
    version: int
    state: ReplyState
    error: str
    model: str
    persona_name: str
    asker_name: str
    channel_id: str
    channel_name: str
    queued_at: datetime
    first_shown_at: datetime | None
    settled_at: datetime | None
    tokens_in: int | None
    tokens_out: int | None
    cost_microusd: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some answers; before `next_id` there may be more."""

    answers: tuple[Answer, ...]
    next_id: int | None


@dataclass(frozen=True, slots=True)
class Waited:
    """How an answer ended, when it was asked for, and when people saw its first words and all of it."""

    state: ReplyState
    queued_at: datetime
    first_shown_at: datetime | None
    settled_at: datetime


def page(session: Session, workspace_id: int, before_id: int | None = None, most: int = 50) -> Page:
    """The newest answers, or those before one; fewer than `most` also where the span ends."""
    top = _top(session, before_id)
    ids = [row[0] for row in session.execute(_within(select(REPLIES.id), workspace_id, top).limit(most + 1))]
    shown = ids[:most]
    next_id = shown[-1] if len(ids) > most else _next(session, top - SPAN)
    return Page(tuple(_answer(row) for row in session.execute(_details(shown)).mappings()), next_id)


def waited(session: Session, workspace_id: int, since: datetime, most: int = 2_000) -> list[Waited]:
    """How the newest settled answers since then came about."""
    queued = func.coalesce(REPLIES.queued_at, REPLIES.created_at)
    wanted = select(REPLIES.state, queued, REPLIES.first_shown_at, REPLIES.settled_at)
    found = _within(wanted, workspace_id, _top(session, None)).where(REPLIES.settled_at >= since).limit(most)
    return [Waited(ReplyState(state), *times) for state, *times in session.execute(found)]


def unsettled(session: Session) -> dict[ReplyState, int]:
    """How many replies wait and how many are being made, in all workspaces."""
    counted = (
        select(func.count()).select_from(rows(Reply)).where(REPLIES.state == state).scalar_subquery()
        for state in (ReplyState.QUEUED.value, ReplyState.RUNNING.value)
    )
    queued, running = session.execute(select(*counted)).one()
    return {ReplyState.QUEUED: queued, ReplyState.RUNNING: running}


def _top(session: Session, before_id: int | None) -> int:
    """The id that all answers looked for come before."""
    newest: int = session.execute(select(func.coalesce(func.max(REPLIES.id), 0))).scalar_one()
    return newest + 1 if before_id is None else max(0, min(before_id, newest + 1))


def _within(wanted: Select[Any], workspace_id: int, top: int) -> Select[Any]:
    its = (REPLIES.id < top, REPLIES.id >= top - SPAN, _is_of(workspace_id))
    return wanted.where(*its).order_by(REPLIES.id.desc())


def _is_of(workspace_id: int) -> ColumnElement[bool]:
    """As a question about each reply, and not as a join: a planner without statistics might begin with every thread."""
    its = select(CHANNELS.workspace_id).join_from(rows(Thread), rows(Channel), CHANNELS.id == THREADS.channel_id)
    return its.where(THREADS.id == REPLIES.thread_id).correlate(rows(Reply)).scalar_subquery() == workspace_id


def _next(session: Session, floor: int) -> int | None:
    """From where to look on below the span; ids that nobody has any more are left out at once."""
    older: int | None = session.execute(select(func.max(REPLIES.id)).where(REPLIES.id < floor)).scalar_one()
    return None if older is None else older + 1


def _details(ids: list[int]) -> Select[Any]:
    return (
        select(
            REPLIES.id,
            REPLIES.version,
            REPLIES.state,
            REPLIES.error,
            REPLIES.model,
            REPLIES.persona_name,
            MESSAGES.author_name.label("asker_name"),
            CHANNELS.platform_id.label("channel_id"),
            CHANNELS.name.label("channel_name"),
            func.coalesce(REPLIES.queued_at, REPLIES.created_at).label("queued_at"),
            REPLIES.first_shown_at,
            REPLIES.settled_at,
            REPLIES.tokens_in,
            REPLIES.tokens_out,
            REPLIES.cost_microusd,
        )
        .join_from(rows(Reply), rows(Thread), THREADS.id == REPLIES.thread_id)
        .join(rows(Channel), CHANNELS.id == THREADS.channel_id)
        .join(rows(Message), MESSAGES.id == REPLIES.trigger_id)
        .where(REPLIES.id.in_(ids))
        .order_by(REPLIES.id.desc())
    )


def _answer(row: Any) -> Answer:
    return Answer(**{**row, "state": ReplyState(row["state"])})
