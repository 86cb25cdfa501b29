"""Hands out what is kept of a workspace or of one person in it, row by row, as it would go into JSON.

No key and no token is among it: the tables that hold them are left out.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, exists, func, select
from sqlmodel import Session, SQLModel

from storage.tables import (
    Attachment,
    Change,
    Channel,
    Feedback,
    Message,
    Persona,
    Reply,
    ReplyRecord,
    Schedule,
    Spending,
    Summary,
    Thread,
    ToolTurn,
    Workspace,
    rows,
)
from storage.words import AuthorKind, Role

# In the order in which they are handed out: what others refer to comes first.
KINDS: tuple[type[SQLModel], ...] = (
    Workspace,
    Channel,
    Persona,
    Change,
    Thread,
    Message,
    Attachment,
    Reply,
    ReplyRecord,
    ToolTurn,
    Summary,
    Feedback,
    Schedule,
    Spending,
)
JSON_TEXTS = frozenset({"before", "after", "managers", "models", "tools", "access", "record"})
OWNERS = ("reply_id", "message_id", "thread_id", "channel_id", "workspace_id")
BELONGS: dict[str, type[SQLModel]] = {
    "reply_id": Reply,
    "message_id": Message,
    "thread_id": Thread,
    "channel_id": Channel,
    "workspace_id": Workspace,
}


@dataclass(frozen=True, slots=True)
class Whose:
    """A workspace's data or, with a person's id, theirs in it: what they said, what was answered, and the rest."""

    workspace_row: int
    person_id: str = ""


def kinds(whose: Whose) -> list[type[SQLModel]]:
    """What there may be of theirs."""
    return [table for table in KINDS if not whose.person_id or table.__name__ in _of_person("")]


def count(session: Session, whose: Whose) -> int:
    """How many rows will be handed out."""
    counts = [select(func.count()).select_from(rows(table)).where(_its(table, whose)) for table in kinds(whose)]
    return sum(int(session.execute(statement).scalar_one()) for statement in counts)


def page(
    session: Session, whose: Whose, table: type[SQLModel], after: int, most: int
) -> tuple[list[dict[str, Any]], int]:
    """Some rows of one kind, and where to go on; it is over when that is 0."""
    its = rows(table)
    found = session.execute(
        select(its).where(_its(table, whose), its.c.id > after).order_by(its.c.id).limit(most)
    ).mappings()
    told = [{"kind": its.name, **dict(_plain(dict(row)))} for row in found]
    return told, (told[-1]["id"] if len(told) == most else 0)


def _its(table: type[SQLModel], whose: Whose) -> ColumnElement[bool]:
    belongs = _belongs(rows(table), whose.workspace_row)
    return and_(belongs, _of_person(whose.person_id)[table.__name__]) if whose.person_id else belongs


def _belongs(table: Table, workspace_row: int) -> ColumnElement[bool]:
    """Whether a row belongs to a workspace, by what it hangs on."""
    if table.name == "workspace":
        return table.c.id == workspace_row
    key = next(name for name in reversed(OWNERS) if name in table.c)
    if key == "workspace_id":
        return table.c.workspace_id == workspace_row
    owner = rows(BELONGS[key])
    return table.c[key].in_(select(owner.c.id).where(_belongs(owner, workspace_row)))


def _of_person(person_id: str) -> dict[str, ColumnElement[bool]]:
    """Which rows of each kind are a person's."""
    messages, replies = rows(Message).c, rows(Reply).c
    said = and_(messages.author_id == person_id, messages.author_kind == AuthorKind.PERSON)
    questions = select(messages.id).where(said)
    answers = and_(
        messages.role == Role.ASSISTANT,
        exists(
            select(replies.id).where(
                replies.thread_id == messages.thread_id,
                replies.seen_position == messages.position,
                replies.trigger_id.in_(questions.correlate(None)),
            )
        ),
    )
    own_replies = select(replies.id).where(replies.trigger_id.in_(questions))
    return {
        "Change": rows(Change).c.actor_id == person_id,
        "Message": said | answers,
        "Attachment": rows(Attachment).c.message_id.in_(questions),
        "Reply": replies.trigger_id.in_(questions),
        "ReplyRecord": rows(ReplyRecord).c.reply_id.in_(own_replies),
        "ToolTurn": rows(ToolTurn).c.reply_id.in_(own_replies),
        "Feedback": rows(Feedback).c.person_id == person_id,
        "Schedule": rows(Schedule).c.creator_id == person_id,
        "Spending": rows(Spending).c.person_id == person_id,
    }


def _plain(row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, datetime):
            yield name, value.isoformat()
        elif isinstance(value, bytes | memoryview):
            yield f"{name}_base64", b64encode(bytes(value)).decode()
        elif name in JSON_TEXTS and isinstance(value, str) and value:
            yield name, json.loads(value)
        else:
            yield name, value
