"""What is asked by the clock."""

from datetime import datetime

from sqlalchemy import (
    Index,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from storage.tables.columns import ID, now


class Schedule(SQLModel, table=True):
    """A prompt that is answered again and again, or once, in a channel.

    `spoken` is when, as people said it; `cron` the same for the clock, by the time of day in `timezone`, and empty for
    what is due once. `next_at` is None once nothing is due any more. Without `thread_key` each answer begins a thread
    of its own. Whatever changes a row raises `revision`, so that what was decided by an older one changes nothing.
    """

    __table_args__ = (Index(None, "next_at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    workspace_id: int = Field(foreign_key="workspace.id", ondelete="CASCADE", index=True, sa_type=ID)
    channel_id: int = Field(foreign_key="channel.id", ondelete="CASCADE", sa_type=ID)
    posts_in: str
    thread_key: str = ""
    creator_id: str
    creator_name: str
    prompt: str = Field(sa_type=Text)
    spoken: str
    cron: str
    timezone: str
    paused: bool = False
    next_at: datetime | None = None
    last_at: datetime | None = None
    revision: int = 0
    created_at: datetime = Field(default_factory=now)


class Firing(SQLModel, table=True):
    """One time that a schedule was due, and the reply that was queued for it: of each time there is one."""

    __table_args__ = (UniqueConstraint("schedule_id", "fire_at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    schedule_id: int = Field(foreign_key="schedule.id", ondelete="CASCADE", sa_type=ID)
    fire_at: datetime
    reply_id: int | None = Field(default=None, foreign_key="reply.id", ondelete="SET NULL", index=True, sa_type=ID)
    created_at: datetime = Field(default_factory=now)
