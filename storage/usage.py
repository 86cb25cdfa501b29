"""What a workspace has used so far."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session

from storage.tables import Channel, Reply, Thread, Workspace, rows
from storage.words import Platform

REPLIES, THREADS, CHANNELS, SPACES = rows(Reply).c, rows(Thread).c, rows(Channel).c, rows(Workspace).c


@dataclass(frozen=True, slots=True)
class Usage:
    """How many answers the model gave, and what they took as far as it said."""

    answers: int
    tokens_in: int
    tokens_out: int


def so_far(session: Session, platform: Platform, workspace_id: str) -> Usage:
    """Of a workspace as its platform names it; nothing when it is not known."""
    answers, tokens_in, tokens_out = session.execute(
        select(
            func.count(REPLIES.answer_id),
            func.coalesce(func.sum(REPLIES.tokens_in), 0),
            func.coalesce(func.sum(REPLIES.tokens_out), 0),
        )
        .join_from(rows(Reply), rows(Thread), THREADS.id == REPLIES.thread_id)
        .join(rows(Channel), CHANNELS.id == THREADS.channel_id)
        .join(rows(Workspace), SPACES.id == CHANNELS.workspace_id)
        .where(SPACES.platform == platform.value, SPACES.platform_id == workspace_id)
    ).one()
    return Usage(answers, tokens_in, tokens_out)
