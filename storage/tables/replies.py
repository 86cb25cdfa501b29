"""Parley's answers: their states, platform messages, records, tool calls, and what people think of them."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from storage.states import ReplyState
from storage.tables.columns import ID, UNSET, now, one_of, one_reply_per_thread
from storage.words import ToolState


class Reply(SQLModel, table=True):
    """Parley's one answer to one trigger.

    Whoever runs it raises `epoch` first and writes only under that epoch. A thread has at most one running and one
    queued reply: what is asked while one is queued is answered by it. `seen_position` is that of the newest turn it
    answers, which a further version of it does not go beyond. What it took is that of its newest version, in tokens and
    millionths of a dollar, as far as that is known.

    `runner` is the process that took it up last, `attempts` how often one did for this version, and `text_so_far` what
    the model had said when that was written down. It is not taken up before `ready_at`, if that is set, and whoever
    runs it ends it once `stop_asked_at` is.
    """

    __table_args__ = (
        UniqueConstraint("trigger_id"),
        one_reply_per_thread(ReplyState.QUEUED),
        one_reply_per_thread(ReplyState.RUNNING),
        one_of("state", ReplyState),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    thread_id: int = Field(foreign_key="thread.id", ondelete="CASCADE", sa_type=ID)
    trigger_id: int = Field(foreign_key="message.id", ondelete="CASCADE", sa_type=ID)
    answer_id: int | None = Field(default=None, foreign_key="message.id", ondelete="SET NULL", index=True, sa_type=ID)
    state: str = ReplyState.QUEUED.value
    epoch: int = 0
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    seen_position: int | None = Field(default=None, sa_type=BigInteger)
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    runner: str = Field(default="", sa_column_kwargs=UNSET)
    text_so_far: str = Field(default="", sa_type=Text, sa_column_kwargs=UNSET)
    error: str = ""
    model: str = ""
    finish_reason: str = ""
    endpoint: str = Field(default="", sa_column_kwargs=UNSET)
    persona_name: str = Field(default="", sa_column_kwargs=UNSET)
    tokens_in: int | None = None
    tokens_out: int | None = None
    tokens_cached: int | None = None
    tokens_reasoning: int | None = None
    cost_microusd: int | None = Field(default=None, sa_type=BigInteger)
    created_at: datetime = Field(default_factory=now)
    queued_at: datetime | None = None
    ready_at: datetime | None = None
    started_at: datetime | None = None
    first_token_at: datetime | None = None
    first_shown_at: datetime | None = None
    stop_asked_at: datetime | None = None
    settled_at: datetime | None = None


class ReplyRecord(SQLModel, table=True):
    """What one version of a reply was made from, as JSON: see `core.record`. Of messages it holds the ids alone."""

    __tablename__ = "reply_record"
    __table_args__ = (UniqueConstraint("reply_id", "version"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    reply_id: int = Field(foreign_key="reply.id", ondelete="CASCADE", sa_type=ID)
    version: int
    settled_at: datetime = Field(default_factory=now)
    record: str = Field(sa_type=Text)


class Segment(SQLModel, table=True):
    """One platform message of a reply, written down the moment its id is known."""

    __table_args__ = (UniqueConstraint("reply_id", "number"), Index(None, "platform_id"))

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    reply_id: int = Field(foreign_key="reply.id", ondelete="CASCADE", sa_type=ID)
    number: int
    platform_id: str


class Feedback(SQLModel, table=True):
    """What one person thinks of a reply: 1 is good, -1 is bad."""

    __table_args__ = (UniqueConstraint("reply_id", "person_id"), CheckConstraint("value IN (-1, 1)", name="value"))

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    reply_id: int = Field(foreign_key="reply.id", ondelete="CASCADE", sa_type=ID)
    person_id: str
    value: int
    given_at: datetime = Field(default_factory=now)


class ToolTurn(SQLModel, table=True):
    """One call of a tool and its result, of one version of a reply; `answer_id` once that has an answer.

    `said` is what the model said before the calls of a round, on the first of them; `question` is the platform's id of
    the message that asks whether it may run.
    """

    __tablename__ = "tool_turn"
    __table_args__ = (UniqueConstraint("reply_id", "version", "round", "number"), one_of("state", ToolState))

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    reply_id: int = Field(foreign_key="reply.id", ondelete="CASCADE", sa_type=ID)
    answer_id: int | None = Field(default=None, foreign_key="message.id", ondelete="CASCADE", index=True, sa_type=ID)
    version: int
    round: int
    number: int
    call_id: str
    name: str
    arguments: str = Field(sa_type=Text)
    said: str = Field(default="", sa_type=Text)
    state: str
    result: str = Field(default="", sa_type=Text)
    question: str = ""
    decided_by: str = ""
    created_at: datetime = Field(default_factory=now)
    ended_at: datetime | None = None


class ToolQuote(SQLModel, table=True):
    """A message that the result of a tool quotes."""

    __tablename__ = "tool_quote"

    tool_turn_id: int = Field(foreign_key="tool_turn.id", ondelete="CASCADE", primary_key=True, sa_type=ID)
    message_id: int = Field(foreign_key="message.id", ondelete="CASCADE", primary_key=True, index=True, sa_type=ID)
