"""Where conversations are held, and how far they are known."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from storage.tables import Channel, Message, Thread, Workspace
from storage.words import Platform


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A place that replies are posted to, and the position of the newest message that is known there."""

    workspace_id: str
    posts_in: str
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
