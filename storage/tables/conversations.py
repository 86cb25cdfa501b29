"""What was said: threads, messages and their files, summaries."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from storage.tables.columns import ID, IS_PENDING, now, one_of
from storage.words import AuthorKind, FileKind, Role


class Thread(SQLModel, table=True):
    """A conversation: a Slack thread, a Discord thread or reply chain, a direct message.

    `key` tells it apart within its channel; `posts_in` is the platform's id of the channel that replies are posted to.
    `told_by` is the reply in which people were told that older messages were left out.
    """

    __table_args__ = (UniqueConstraint("channel_id", "key"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    channel_id: int = Field(foreign_key="channel.id", ondelete="CASCADE", sa_type=ID)
    key: str
    posts_in: str
    told_by: int | None = Field(default=None, sa_type=ID)
    created_at: datetime = Field(default_factory=now)


class Message(SQLModel, table=True):
    """One role-tagged turn.

    `position` orders the turns of a thread: the platform's own order for what people write, and for an answer the
    position of the last turn it had seen. An answer has no `platform_id`: its segments have them. A deleted message
    keeps its place, but nothing that was said or by whom; a replaced one is an older version of an answer.
    """

    __table_args__ = (
        UniqueConstraint("channel_id", "platform_id"),
        Index(None, "thread_id", "position", "id"),
        one_of("role", Role),
        one_of("author_kind", AuthorKind),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    channel_id: int = Field(foreign_key="channel.id", ondelete="CASCADE", sa_type=ID)
    thread_id: int = Field(foreign_key="thread.id", ondelete="CASCADE", sa_type=ID)
    platform_id: str | None = None
    position: int = Field(sa_type=BigInteger)
    role: str
    author_kind: str
    author_id: str
    author_name: str
    text: str = Field(sa_type=Text)
    sent_at: datetime
    created_at: datetime = Field(default_factory=now)
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    replaced_at: datetime | None = None


class Attachment(SQLModel, table=True):
    """A file beside a message, as the model is given it: its text, or its picture, or the reason why neither."""

    __table_args__ = (
        UniqueConstraint("message_id", "number"),
        Index("ix_attachment_pending", "message_id", sqlite_where=IS_PENDING),
        one_of("kind", FileKind),
        CheckConstraint("length(image) <= 1000000", name="image"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    message_id: int = Field(foreign_key="message.id", ondelete="CASCADE", sa_type=ID)
    number: int
    name: str
    size: int = Field(sa_type=BigInteger)
    kind: str
    note: str = ""
    text: str = Field(default="", sa_type=Text)
    image: bytes = Field(default=b"", sa_type=LargeBinary)


class Summary(SQLModel, table=True):
    """What was said in a thread up to a message, in short; made from the one before it (`base_id`) and what came since.

    When something that it covers is edited or deleted, it loses its text at once; what it took stays.
    """

    __table_args__ = (UniqueConstraint("thread_id", "version"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    thread_id: int = Field(foreign_key="thread.id", ondelete="CASCADE", sa_type=ID)
    version: int
    base_id: int | None = Field(default=None, sa_type=ID)
    up_to_position: int = Field(sa_type=BigInteger)
    up_to_id: int = Field(sa_type=ID)
    covered: int
    text: str = Field(sa_type=Text)
    model: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost_microusd: int | None = Field(default=None, sa_type=BigInteger)
    created_at: datetime = Field(default_factory=now)
    forgotten_at: datetime | None = None
