"""Forgets what was said: the texts of messages with everything that was made of them, and what has become too old.

In an SQLite file what is deleted is overwritten at once, and gone from its log with `Database.scrub`.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlmodel import Session, col

from storage import summaries, tool_turns
from storage.states import UNSETTLED, ReplyState
from storage.tables import Attachment, Channel, Message, Reply, ReplyRecord, Thread, ToolTurn, Workspace, now
from storage.words import Platform, Role


def sweep(session: Session, moment: datetime, most: int, operator_days: int = 0) -> int:
    """Delete what was said longer ago than it may be kept, at most so many messages; how many were deleted.

    The operator's days, if there are any, hold for every workspace that has not set fewer.
    """
    left = most
    for workspace_row, days in _retentions(session, operator_days):
        left -= _sweep_workspace(session, workspace_row, moment - timedelta(days=days), left)
        if left <= 0:
            break
    return most - left


def _retentions(session: Session, operator_days: int) -> list[tuple[int, int]]:
    """The workspaces where something is ever too old, and after how many days."""
    found = session.execute(select(col(Workspace.id), col(Workspace.retention_days)).order_by(col(Workspace.id)))
    days = [(row, [one for one in (its, operator_days) if one]) for row, its in found]
    return [(row, min(its)) for row, its in days if its]


def _sweep_workspace(session: Session, workspace_row: int, before: datetime, most: int) -> int:
    spared = _newest(session)
    fresh = exists(
        select(col(Reply.id)).where(
            col(Reply.trigger_id) == col(Message.id),
            or_(col(Reply.state).in_(UNSETTLED), col(Reply.settled_at) >= before),
        )
    )
    its = (col(Channel.workspace_id) == workspace_row, col(Message.sent_at) < before, ~fresh)
    left = or_(col(Message.id).not_in(spared), col(Message.deleted_at).is_(None))
    ids = list(
        session.execute(
            select(col(Message.id))
            .join(Channel, col(Channel.id) == col(Message.channel_id))
            .where(*its, left)
            .order_by(col(Message.id))
            .limit(most)
        ).scalars()
    )
    if ids:
        forget(session, ids)
        gone = [message_id for message_id in ids if message_id not in spared]
        session.execute(delete(Message).where(col(Message.id).in_(gone)))
    _delete_empty_threads(session, workspace_row, before)
    return len(ids)


def _newest(session: Session) -> list[int]:
    """The messages whose rows stay, without their texts: SQLite gives the id of its newest row again when that goes,
    and buttons on a platform know replies and calls of tools by theirs."""
    by_call = select(col(ToolTurn.reply_id)).order_by(col(ToolTurn.id).desc()).limit(1).scalar_subquery()
    newest = select(func.max(col(Reply.id))).scalar_subquery()
    triggers = select(col(Reply.trigger_id)).where(or_(col(Reply.id) == newest, col(Reply.id) == by_call))
    last = session.execute(select(func.max(col(Message.id)))).scalar_one()
    return [*session.execute(triggers).scalars(), *([last] if last is not None else [])]


def _delete_empty_threads(session: Session, workspace_row: int, before: datetime) -> None:
    channels = select(col(Channel.id)).where(col(Channel.workspace_id) == workspace_row)
    has_messages = exists(select(col(Message.id)).where(col(Message.thread_id) == col(Thread.id)))
    newest = select(func.max(col(Thread.id))).scalar_subquery()
    session.execute(
        delete(Thread).where(
            col(Thread.channel_id).in_(channels),
            col(Thread.created_at) < before,
            col(Thread.id) != newest,
            ~has_messages,
        )
    )


def forget(session: Session, message_ids: Sequence[int]) -> dict[str, int]:
    """Take everything from messages that somebody has said or is known by, and from what was made of them; counts."""
    summaries.forget(session, message_ids)
    files = session.execute(
        delete(Attachment).where(col(Attachment.message_id).in_(message_ids)).returning(col(Attachment.id))
    )
    file_count = len(files.all())
    replies = select(col(Reply.id)).where(col(Reply.trigger_id).in_(message_ids))
    calls = session.execute(delete(ToolTurn).where(col(ToolTurn.reply_id).in_(replies)).returning(col(ToolTurn.id)))
    call_count = len(calls.all())
    tool_turns.forget(session, message_ids)
    kept = session.execute(
        delete(ReplyRecord).where(col(ReplyRecord.reply_id).in_(replies)).returning(col(ReplyRecord.id))
    )
    record_count = len(kept.all())
    session.execute(update(Reply).where(col(Reply.id).in_(replies)).values(text_so_far=""))
    gone = {
        "text": "",
        "author_name": "",
        "author_id": "",
        "edited_at": None,
        "deleted_at": func.coalesce(col(Message.deleted_at), now()),
    }
    session.execute(update(Message).where(col(Message.id).in_(message_ids)).values(gone))
    return {"files": file_count, "tool calls": call_count, "records": record_count}


def forget_place(session: Session, platform: Platform, workspace_id: str, place_id: str, most: int) -> int:
    """A channel or a thread is gone from the platform: forget what was said there, at most so many messages."""
    here = or_(col(Channel.platform_id) == place_id, col(Thread.posts_in) == place_id)
    its = (col(Workspace.platform) == platform, col(Workspace.platform_id) == workspace_id, here)
    threads = (
        select(col(Thread.id))
        .join(Channel, col(Channel.id) == col(Thread.channel_id))
        .join(Workspace, col(Workspace.id) == col(Channel.workspace_id))
        .where(*its)
    )
    queued = (col(Reply.thread_id).in_(threads), col(Reply.state) == ReplyState.QUEUED)
    session.execute(update(Reply).where(*queued).values(state=ReplyState.STOPPED.value, settled_at=now()))
    left = (col(Message.thread_id).in_(threads), col(Message.deleted_at).is_(None))
    ids = list(session.execute(select(col(Message.id)).where(*left).order_by(col(Message.id)).limit(most)).scalars())
    if ids:
        forget(session, ids)
    return len(ids)


def answers_to(session: Session, message_ids: Sequence[int]) -> list[int]:
    """Every version of the answers to these messages: each has the position of the newest turn that it had seen."""
    answers = and_(
        col(Message.thread_id) == col(Reply.thread_id),
        col(Message.position) == col(Reply.seen_position),
        col(Message.role) == Role.ASSISTANT,
        col(Message.platform_id).is_(None),
    )
    found = session.execute(
        select(col(Message.id)).join(Reply, answers).where(col(Reply.trigger_id).in_(message_ids)).distinct()
    )
    return list(found.scalars())


def without_facts(record: str) -> str:
    """A record of a reply without what it knows of people: its facts, and what templates stood for."""
    told: dict[str, Any] = json.loads(record)
    told.pop("values", None)
    for layer in told.get("layers", ()):
        layer.pop("text", None)
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
