"""Where conversations are held, and how far they are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, union
from sqlmodel import Session, col

from storage.tables import Channel, Message, Reply, Segment, Thread, Workspace
from storage.words import Platform, Role


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A place that replies are posted to, and the position of the newest message that is known there."""

    workspace_id: str
    posts_in: str
    position: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread by its key, and the position of the newest message that is known of it."""

    key: str
    position: int


def lately(session: Session, platform: Platform, most: int) -> list[Whereabouts]:
    """The places where something was said last, newest first."""
    newest = func.max(col(Message.position))
    rows = session.execute(
        select(col(Workspace.platform_id), col(Thread.posts_in), newest)
        .select_from(Message)
        .join(Thread, col(Thread.id) == Message.thread_id)
        .join(Channel, col(Channel.id) == Thread.channel_id)
        .join(Workspace, col(Workspace.id) == Channel.workspace_id)
        .where(col(Workspace.platform) == platform)
        .group_by(col(Workspace.platform_id), col(Thread.posts_in))
        .order_by(newest.desc())
        .limit(most)
    )
    return [Whereabouts(*row) for row in rows]


def conversations(
    session: Session, platform: Platform, workspace_id: str, posts_in: str, since: int, most: int
) -> list[Conversation]:
    """The threads of a place that something was said in from a position on, newest first."""
    newest = func.max(col(Message.position))
    rows = session.execute(
        select(col(Thread.key), newest)
        .select_from(Message)
        .join(Thread, col(Thread.id) == Message.thread_id)
        .join(Channel, col(Channel.id) == Thread.channel_id)
        .join(Workspace, col(Workspace.id) == Channel.workspace_id)
        .where(
            col(Workspace.platform) == platform,
            col(Workspace.platform_id) == workspace_id,
            col(Thread.posts_in) == posts_in,
            col(Message.position) >= since,
        )
        .group_by(col(Thread.key))
        .order_by(newest.desc())
        .limit(most)
    )
    return [Conversation(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a thread as it is known: its platform id, and when it was edited last."""

    key: str
    platform_id: str
    edited_at: datetime | None = None


def said_in(session: Session, platform: Platform, workspace_id: str, posts_in: str, keys: Sequence[str]) -> list[Said]:
    """What is known of these threads of a place: what people said, and the messages that show the answers."""
    its = (
        col(Workspace.platform) == platform,
        col(Workspace.platform_id) == workspace_id,
        col(Thread.posts_in) == posts_in,
        col(Thread.key).in_(keys),
        col(Message.deleted_at).is_(None),
    )
    messages = (
        select(col(Thread.key), col(Message.platform_id), col(Message.edited_at))
        .select_from(Message)
        .join(Thread, col(Thread.id) == Message.thread_id)
        .join(Channel, col(Channel.id) == Thread.channel_id)
        .join(Workspace, col(Workspace.id) == Channel.workspace_id)
        .where(*its)
    )
    said = messages.where(col(Message.role) == Role.USER, col(Message.platform_id).is_not(None))
    shown = (
        messages.with_only_columns(col(Thread.key), col(Segment.platform_id))
        .join(Reply, col(Reply.answer_id) == Message.id)
        .join(Segment, col(Segment.reply_id) == Reply.id)
    )
    return [Said(*row) for row in (*session.execute(said), *session.execute(shown))]


def kept_in(session: Session, platform: Platform, posts_in: str, since: int) -> list[str]:
    """The platform ids of what was said in a place from a position on, and of the messages that show the answers."""
    its = (
        col(Workspace.platform) == platform,
        col(Thread.posts_in) == posts_in,
        col(Message.position) >= since,
        col(Message.deleted_at).is_(None),
    )
    messages: Select[Any] = (
        select(col(Message.platform_id).label("platform_id"))
        .join(Thread, col(Thread.id) == Message.thread_id)
        .join(Channel, col(Channel.id) == Thread.channel_id)
        .join(Workspace, col(Workspace.id) == Channel.workspace_id)
        .where(*its)
    )
    shown: Select[Any] = (
        messages.with_only_columns(col(Segment.platform_id).label("platform_id"))
        .join(Reply, col(Reply.answer_id) == Message.id)
        .join(Segment, col(Segment.reply_id) == Reply.id)
    )
    said = messages.where(col(Message.role) == Role.USER, col(Message.platform_id).is_not(None))
    return list(session.execute(union(said, shown)).scalars())
