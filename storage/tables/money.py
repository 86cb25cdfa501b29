"""What answers cost, and what they may cost."""

from sqlalchemy import (
    BigInteger,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from storage.tables.columns import ID, one_of
from storage.words import Period, Reach, Unit


class Spending(SQLModel, table=True):
    """What the answers of one day took: where, for whom, as which persona and by which model.

    Days are those of the workspace's time zone, as `2026-11-22`. `unpriced` counts the answers whose cost is not known.
    """

    __table_args__ = (UniqueConstraint("workspace_id", "day", "channel_id", "person_id", "persona", "model"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    workspace_id: int = Field(foreign_key="workspace.id", ondelete="CASCADE", sa_type=ID)
    day: str
    channel_id: int = Field(foreign_key="channel.id", ondelete="CASCADE", sa_type=ID)
    person_id: str
    person_name: str = ""
    persona: str
    model: str
    replies: int = 0
    unpriced: int = 0
    tokens_in: int = Field(default=0, sa_type=BigInteger)
    tokens_out: int = Field(default=0, sa_type=BigInteger)
    tokens_cached: int = Field(default=0, sa_type=BigInteger)
    tokens_reasoning: int = Field(default=0, sa_type=BigInteger)
    cost_microusd: int = Field(default=0, sa_type=BigInteger)


class Spent(SQLModel, table=True):
    """What was spent on one day within the reach of a cap; `subject` is the platform's id of a channel or person."""

    __table_args__ = (one_of("reach", Reach),)

    workspace_id: int = Field(foreign_key="workspace.id", ondelete="CASCADE", primary_key=True, sa_type=ID)
    reach: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    tokens: int = Field(default=0, sa_type=BigInteger)
    cost_microusd: int = Field(default=0, sa_type=BigInteger)


class Cap(SQLModel, table=True):
    """The most that may be spent in a period, in tokens or in millionths of a dollar.

    Without a `subject` it holds for every channel or person by itself; with one for that one, in place of the former.
    """

    __table_args__ = (
        UniqueConstraint("workspace_id", "reach", "subject", "period", "unit"),
        one_of("reach", Reach),
        one_of("period", Period),
        one_of("unit", Unit),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    workspace_id: int = Field(foreign_key="workspace.id", ondelete="CASCADE", sa_type=ID)
    reach: str
    subject: str = ""
    name: str = ""
    period: str
    unit: str
    amount: int = Field(sa_type=BigInteger)


class Reservation(SQLModel, table=True):
    """What a running reply may still spend; of an earlier epoch, or of a reply that does not run, it holds nothing."""

    reply_id: int = Field(foreign_key="reply.id", ondelete="CASCADE", primary_key=True, sa_type=ID)
    epoch: int
    workspace_id: int = Field(foreign_key="workspace.id", ondelete="CASCADE", index=True, sa_type=ID)
    channel: str
    person: str
    day: str
    tokens: int = Field(sa_type=BigInteger)
    cost_microusd: int = Field(sa_type=BigInteger)


class CapNotice(SQLModel, table=True):
    """In this reply people were told that a cap is near, once in its period, which `since` begins."""

    __tablename__ = "cap_notice"
    __table_args__ = (UniqueConstraint("workspace_id", "reach", "subject", "period", "unit", "since"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    workspace_id: int = Field(foreign_key="workspace.id", ondelete="CASCADE", sa_type=ID)
    reach: str
    subject: str
    period: str
    unit: str
    since: str
    reply_id: int = Field(sa_type=ID)
