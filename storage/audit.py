"""Who changed what: the one way by which a change of a workspace's configuration is made known.

A row is written in the transaction of the change itself. It is the audit log of the workspace, and the history of its
prompt and personas.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from storage.tables import Change, Workspace, now, rows
from storage.words import Deed

SECRETS = frozenset({"key", "api_key", "token", "secret", "password"})
HIDDEN = "…"
# What a column of a number holds; people may write down larger ones.
MOST_ID = 2**31 - 1

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it, as the platform names them; the command line has no id."""

    id: str
    name: str


def lock(session: Session, workspace_id: int) -> None:
    """Let no other change of the workspace happen beside this one; SQLite allows that at no time."""
    session.execute(select(col(Workspace.id)).where(col(Workspace.id) == workspace_id).with_for_update())


def record(
    session: Session,
    workspace_id: int,
    actor: Actor,
    deed: Deed,
    subject: str,
    before: Values,
    after: Values,
    *,
    subject_key: str = "",
) -> int:
    """Write down a change and raise the workspace's revision, by which every process hears of it; the change's id.

    What is called a key, token, secret or password is not written down, only that there was one.
    """
    values = {
        "workspace_id": workspace_id,
        "at": now(),
        "actor_id": actor.id,
        "actor_name": actor.name,
        "deed": deed.value,
        "subject": subject,
        "subject_key": subject_key,
        "before": _json(before),
        "after": _json(after),
    }
    change_id: int = session.execute(insert(rows(Change)).returning(rows(Change).c.id), values).scalar_one()
    raised = update(Workspace).where(col(Workspace.id) == workspace_id).values(revision=col(Workspace.revision) + 1)
    session.execute(raised)
    return change_id


def changes(
    session: Session,
    workspace_id: int,
    *,
    subject: str = "",
    subject_key: str = "",
    deeds: frozenset[Deed] | None = None,
    before_id: int | None = None,
    most: int = 50,
) -> list[Change]:
    """The newest changes first, of one subject or of all; `before_id` goes on where an earlier list ended."""
    statement = select(Change).where(col(Change.workspace_id) == workspace_id)
    if subject:
        statement = statement.where(col(Change.subject) == subject)
    if subject_key:
        statement = statement.where(col(Change.subject_key) == subject_key)
    if deeds is not None:
        statement = statement.where(col(Change.deed).in_(deeds))
    if before_id is not None:
        statement = statement.where(col(Change.id) < max(0, min(before_id, MOST_ID)))
    return list(session.execute(statement.order_by(col(Change.id).desc()).limit(most)).scalars())


def find(session: Session, workspace_id: int, change_id: int) -> Change | None:
    """A change of this workspace; None when it has no such change."""
    if change_id > MOST_ID:
        return None
    found: Change | None = session.execute(
        select(Change).where(col(Change.workspace_id) == workspace_id, col(Change.id) == change_id)
    ).scalar_one_or_none()
    return found


def _json(values: Values) -> str:
    return json.dumps({name: _shown(name, value) for name, value in values.items()}, ensure_ascii=False)


def _shown(name: str, value: object) -> object:
    if name in SECRETS:
        return HIDDEN if value else ""
    if isinstance(value, Mapping):
        return {inner: _shown(str(inner), one) for inner, one in value.items()}
    if isinstance(value, list | tuple):
        return [_shown("", one) for one in value]
    return value
