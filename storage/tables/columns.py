"""What the tables are declared with."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    text,
)
from sqlmodel import SQLModel

from storage.states import ReplyState
from storage.words import FileKind

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


# SQLite numbers rows by itself where the key is declared as INTEGER, which has 64 bits there.
ID = BigInteger().with_variant(Integer, "sqlite")

IS_PENDING = text(f"kind = '{FileKind.PENDING}'")


UNSET: dict[str, Any] = {"server_default": ""}


def now() -> datetime:
    return datetime.now(UTC)


def new_key() -> str:
    """A key that no other row has."""
    return uuid4().hex


def rows(table: type[SQLModel]) -> Table:
    """A table itself: statements on its columns cost a fraction of those on its class."""
    return table.metadata.tables[str(table.__tablename__)]


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """A constraint that the column holds one of the words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def one_reply_per_thread(state: ReplyState) -> Index:
    """A constraint that a thread has at most one reply in this state.

    It is so on PostgreSQL, too: the migrations say that, and saying it here would have its libraries loaded on SQLite.
    """
    return Index(f"uq_reply_{state}", "thread_id", unique=True, sqlite_where=text(f"state = '{state}'"))
