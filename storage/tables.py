"""The tables. What must hold of the data is said here, in constraints, and not in code that checks first."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, MetaData, Table, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.states import ReplyState
from storage.words import AuthorKind, FileKind, Listening, Platform, Role

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


IS_PENDING = text(f"kind = '{FileKind.PENDING}'")


def now() -> datetime:
    return datetime.now(UTC)


def rows(table: type[SQLModel]) -> Table:
    """A table itself: statements on its columns cost a fraction of those on its class."""
    return table.metadata.tables[str(table.__tablename__)]


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """A constraint that the column holds one of the words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def one_reply_per_thread(state: ReplyState) -> Index:
    """A constraint that a thread has at most one reply in this state."""
    where = text(f"state = '{state}'")
    return Index(f"uq_reply_{state}", "thread_id", unique=True, sqlite_where=where, postgresql_where=where)


class Workspace(SQLModel, table=True):
    """A Slack team, a Discord server, or the one-person scope of a direct message.

    `organisation` is the platform's id of the organisation whose installation of Parley serves it, if one does.
    """

    __table_args__ = (UniqueConstraint("platform", "platform_id"), one_of("platform", Platform))

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    platform_id: str
    organisation: str = Field(default="", sa_column_kwargs={"server_default": ""})
    name: str = ""
    prompt: str = Field(default="", sa_type=Text)
    created_at: datetime = Field(default_factory=now)


class Persona(SQLModel, table=True):
    """A named instruction of a workspace; names are told apart without regard to case."""

    __table_args__ = (UniqueConstraint("workspace_id", "name_key"),)

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", ondelete="CASCADE")
    name: str
    name_key: str
    instruction: str = Field(sa_type=Text)
    created_at: datetime = Field(default_factory=now)
    changed_at: datetime = Field(default_factory=now)


class Channel(SQLModel, table=True):
    """Where people talk. It has at most one persona, and listens to more or less of what is said."""

    __table_args__ = (UniqueConstraint("workspace_id", "platform_id"), one_of("listening", Listening))

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", ondelete="CASCADE")
    platform_id: str
    name: str = ""
    persona_id: int | None = Field(default=None, foreign_key="persona.id", ondelete="SET NULL", index=True)
    listening: str = Field(
        default=Listening.THREADS.value, sa_column_kwargs={"server_default": Listening.THREADS.value}
    )


class Thread(SQLModel, table=True):
    """A conversation: a Slack thread, a Discord thread or reply chain, a direct message.

    `key` tells it apart within its channel; `posts_in` is the platform's id of the channel that replies are posted to.
    """

    __table_args__ = (UniqueConstraint("channel_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    channel_id: int = Field(foreign_key="channel.id", ondelete="CASCADE")
    key: str
    posts_in: str
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

    id: int | None = Field(default=None, primary_key=True)
    channel_id: int = Field(foreign_key="channel.id", ondelete="CASCADE")
    thread_id: int = Field(foreign_key="thread.id", ondelete="CASCADE")
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
        Index("ix_attachment_pending", "message_id", sqlite_where=IS_PENDING, postgresql_where=IS_PENDING),
        one_of("kind", FileKind),
        CheckConstraint("length(image) <= 1000000", name="image"),
    )

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id", ondelete="CASCADE")
    number: int
    name: str
    size: int = Field(sa_type=BigInteger)
    kind: str
    note: str = ""
    text: str = Field(default="", sa_type=Text)
    image: bytes = Field(default=b"", sa_type=LargeBinary)


class Reply(SQLModel, table=True):
    """Parley's one answer to one trigger.

    Whoever runs it raises `epoch` first and writes only under that epoch. A thread has at most one running and one
    queued reply: what is asked while one is queued is answered by it. `seen_position` is that of the newest turn it
    answers, which a further version of it does not go beyond.
    """

    __table_args__ = (
        UniqueConstraint("trigger_id"),
        one_reply_per_thread(ReplyState.QUEUED),
        one_reply_per_thread(ReplyState.RUNNING),
        one_of("state", ReplyState),
    )

    id: int | None = Field(default=None, primary_key=True)
    thread_id: int = Field(foreign_key="thread.id", ondelete="CASCADE")
    trigger_id: int = Field(foreign_key="message.id", ondelete="CASCADE")
    answer_id: int | None = Field(default=None, foreign_key="message.id", ondelete="SET NULL", index=True)
    state: str = ReplyState.QUEUED.value
    epoch: int = 0
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    seen_position: int | None = Field(default=None, sa_type=BigInteger)
    error: str = ""
    model: str = ""
    finish_reason: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    created_at: datetime = Field(default_factory=now)
    started_at: datetime | None = None
    settled_at: datetime | None = None


class Segment(SQLModel, table=True):
    """One platform message of a reply, written down the moment its id is known."""

    __table_args__ = (UniqueConstraint("reply_id", "number"), Index(None, "platform_id"))

    id: int | None = Field(default=None, primary_key=True)
    reply_id: int = Field(foreign_key="reply.id", ondelete="CASCADE")
    number: int
    platform_id: str


class Feedback(SQLModel, table=True):
    """What one person thinks of a reply: 1 is good, -1 is bad."""

    __table_args__ = (UniqueConstraint("reply_id", "person_id"), CheckConstraint("value IN (-1, 1)", name="value"))

    id: int | None = Field(default=None, primary_key=True)
    reply_id: int = Field(foreign_key="reply.id", ondelete="CASCADE")
    person_id: str
    value: int
    given_at: datetime = Field(default_factory=now)


class Installation(SQLModel, table=True):
    """Parley in one Slack workspace or, with the organisation's id in its place, in all of an organisation's.

    The tokens are encrypted. Whoever refreshes an expiring one holds `refreshing_until` meanwhile, as a refresh token
    works once: docs.slack.dev/authentication/using-token-rotation
    """

    __table_args__ = (UniqueConstraint("platform_id"),)

    id: int | None = Field(default=None, primary_key=True)
    platform_id: str
    name: str = ""
    bot_id: str
    bot_user_id: str
    scopes: str = ""
    token: str = Field(sa_type=Text)
    refresh_token: str = Field(default="", sa_type=Text)
    expires_at: datetime | None = None
    refreshing_until: datetime | None = None
    installed_by: str = ""
    installed_at: datetime = Field(default_factory=now)
    changed_at: datetime = Field(default_factory=now)


class Installing(SQLModel, table=True):
    """Somebody was sent to Slack to install Parley; `state` is what they come back with, once and in time."""

    __table_args__ = (UniqueConstraint("state"),)

    id: int | None = Field(default=None, primary_key=True)
    state: str
    expires_at: datetime
