"""Looks through what is kept of a workspace's conversations. Who may see what of it is for others to say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlmodel import Session, col

from storage.tables import Channel, Message, Thread

# Looking through everything that was ever said would hold up everybody else.
NEWEST = 200_000
MOST_WORDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A message that was found: where it was said, and where answers to it are posted."""

    message_id: int
    channel_id: str
    channel_name: str
    posts_in: str
    thread_key: str
    author: str
    text: str
    sent_at: datetime


def search(session: Session, workspace_row: int, words: Sequence[str], most: int) -> list[Found]:
    """Messages of a workspace with any of the words: those with more of them first, then the newest."""
    matches = [_has(word) for word in list(words)[:MOST_WORDS]]
    if not matches:
        return []
    newest: int | None = session.execute(select(func.max(col(Message.id)))).scalar_one()
    score: ColumnElement[int] = case((matches[0], 1), else_=0)
    for match in matches[1:]:
        score = score + case((match, 1), else_=0)
    found = session.execute(
        select(
            col(Message.id),
            col(Channel.platform_id),
            col(Channel.name),
            col(Thread.posts_in),
            col(Thread.key),
            col(Message.author_name),
            col(Message.text),
            col(Message.sent_at),
        )
        .join_from(Message, Channel, col(Channel.id) == col(Message.channel_id))
        .join(Thread, col(Thread.id) == col(Message.thread_id))
        .where(col(Message.id) > (newest or 0) - NEWEST, col(Channel.workspace_id) == workspace_row)
        .where(col(Message.deleted_at).is_(None), col(Message.replaced_at).is_(None), or_(*matches))
        .order_by(score.desc(), col(Message.sent_at).desc(), col(Message.id).desc())
        .limit(most)
    )
    names = ("message_id", "channel_id", "channel_name", "posts_in", "thread_key", "author", "text", "sent_at")
    return [Found(**dict(zip(names, row, strict=True))) for row in found]


def _has(word: str) -> ColumnElement[bool]:
    """Whether a message has the word in it; SQLite knows small and capital letters of ASCII alone."""
    spellings = dict.fromkeys((word, word.lower(), word.capitalize(), word.upper()))
    return or_(*(col(Message.text).icontains(spelling, autoescape=True) for spelling in spellings))
