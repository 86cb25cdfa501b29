"""Forgets one person: what they said, what was answered to that, and every place where they are named.

It is done in several transactions, each bounded, and each may be done again without harm. The conversation of others
stays, with gaps in it; so do the sums of what was used, which are nobody's then.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlmodel import Session, SQLModel, col

from storage import audit, privacy, schedules, spending
from storage.audit import Actor
from storage.states import UNSETTLED, ReplyState
from storage.tables import (
    Cap,
    CapNotice,
    Change,
    Channel,
    Feedback,
    Installation,
    Message,
    Reply,
    ReplyRecord,
    Thread,
    ToolTurn,
    Workspace,
    now,
)
from storage.words import AuthorKind, Deed, Platform, Reach

FORGOTTEN = "somebody who was forgotten"
MANY = 500


def scope(session: Session, platform: Platform, workspace_id: str) -> list[int]:
    """The workspaces where a person's id is theirs: a Slack id is that of one workspace, a Discord id is everywhere's.

    docs.slack.dev/reference/objects/user-object, discord.com/developers/docs/reference#snowflakes
    """
    its = [col(Workspace.platform) == platform]
    if platform is Platform.SLACK:
        its.append(col(Workspace.platform_id) == workspace_id)
    return list(session.execute(select(col(Workspace.id)).where(*its).order_by(col(Workspace.id))).scalars())


def unsettled(session: Session, workspace_rows: Sequence[int], person_id: str) -> list[int]:
    """The replies to a person that are made, or wait to be."""
    found = session.execute(
        select(col(Reply.id))
        .join(Message, col(Message.id) == col(Reply.trigger_id))
        .join(Channel, col(Channel.id) == col(Message.channel_id))
        .where(col(Reply.state).in_(UNSETTLED), _said_by(person_id), col(Channel.workspace_id).in_(workspace_rows))
    )
    return list(found.scalars())


def forget_said(
    session: Session, workspace_row: int, person_id: str, after: int = 0, most: int = MANY
) -> tuple[Counter[str], int]:
    """Forget some of what a person said there, with the answers to it; what that was, and where to go on.

    It is over when that is 0. Their rows stay, empty, so that nothing of it is kept again when it is delivered again.
    """
    ids = list(
        session.execute(
            select(col(Message.id))
            .join(Channel, col(Channel.id) == col(Message.channel_id))
            .where(col(Channel.workspace_id) == workspace_row, col(Message.id) > after, _said_by(person_id))
            .order_by(col(Message.id))
            .limit(most)
        ).scalars()
    )
    if not ids:
        return Counter(), 0
    _fence(session, ids)
    answers = privacy.answers_to(session, ids)
    facts = _forget_facts(session, ids)
    counts = Counter(privacy.forget(session, [*ids, *answers]))
    counts += Counter({"messages": len(ids), "answers": len(answers), "records": facts})
    return counts, ids[-1]


def names_of(session: Session, workspace_row: int, person_id: str) -> frozenset[str]:
    """What a person was called there."""
    found = session.execute(
        select(col(Message.author_name))
        .join(Channel, col(Channel.id) == col(Message.channel_id))
        .where(col(Channel.workspace_id) == workspace_row, _said_by(person_id))
        .distinct()
    )
    return frozenset(found.scalars()) - {""}


def forget_named(session: Session, workspace_row: int, person_id: str, names: frozenset[str]) -> Counter[str]:
    """Forget everywhere else there that a person is named: opinions, use, schedules, the audit log."""
    workspace = session.get_one(Workspace, workspace_row)
    if workspace.platform == Platform.SLACK:
        installed = (
            col(Installation.platform_id) == workspace.platform_id,
            col(Installation.installed_by) == person_id,
        )
        session.execute(update(Installation).where(*installed).values(installed_by=""))
    replies = (
        select(col(Reply.id))
        .join(Thread, col(Thread.id) == col(Reply.thread_id))
        .join(Channel, col(Channel.id) == col(Thread.channel_id))
        .where(col(Channel.workspace_id) == workspace_row)
    )
    votes = session.execute(
        delete(Feedback)
        .where(col(Feedback.person_id) == person_id, col(Feedback.reply_id).in_(replies))
        .returning(col(Feedback.id))
    )
    decided = (col(ToolTurn.decided_by).in_({person_id, *names}), col(ToolTurn.reply_id).in_(replies))
    session.execute(update(ToolTurn).where(*decided).values(decided_by=""))
    counts = Counter({"opinions": len(votes.all()), "changes": _forget_in_audit(session, workspace_row, person_id)})
    theirs = {"reach": Reach.PERSON, "subject": person_id, "workspace_id": workspace_row}
    session.execute(delete(CapNotice).filter_by(**theirs))
    session.execute(update(Cap).filter_by(**theirs).values(name=""))
    counts["days of use"] = spending.forget(session, workspace_row, person_id)
    counts["schedules"] = schedules.forget(session, workspace_row, person_id)
    for column in ("managers", "access"):
        setattr(workspace, column, json.dumps(_nameless(json.loads(getattr(workspace, column)), person_id)))
    session.flush()
    return +counts


def close_direct(session: Session, workspace_row: int, person_id: str) -> bool:
    """Delete the one-person workspace of somebody's direct messages with all that is in it; false when it is no such.

    Its row stays without any name, as its id must not become another workspace's.
    """
    workspace = session.get_one(Workspace, workspace_row)
    if workspace.platform_id != f"dm:{person_id}":
        return False
    for table in SQLModel.metadata.tables.values():
        if "workspace_id" in table.c:
            session.execute(delete(table).where(table.c.workspace_id == workspace_row))
    blank = Workspace(platform=workspace.platform, platform_id=f"erased:{uuid4().hex}")
    for column in set(Workspace.model_fields) - {"id", "revision", "created_at"}:
        setattr(workspace, column, getattr(blank, column))
    workspace.revision += 1
    session.flush()
    return True


def write_down(session: Session, workspace_row: int, actor: Actor, counts: Counter[str]) -> None:
    """Keep in the audit log that somebody was forgotten and how much of them, and not who that was."""
    audit.record(session, workspace_row, actor, Deed.ERASE, "", {}, dict(counts))


def _said_by(person_id: str) -> ColumnElement[bool]:
    return and_(col(Message.author_id) == person_id, col(Message.author_kind) == AuthorKind.PERSON)


def _fence(session: Session, message_ids: Sequence[int]) -> None:
    """End what is still being answered to these messages, and let nothing more be kept of it."""
    its = (col(Reply.trigger_id).in_(message_ids), col(Reply.state).in_(UNSETTLED))
    ended = {"state": ReplyState.STOPPED.value, "epoch": col(Reply.epoch) + 1, "settled_at": now()}
    session.execute(update(Reply).where(*its).values(ended))


def _forget_facts(session: Session, message_ids: Sequence[int]) -> int:
    """Answers to others may have been told who takes part in a conversation: their records forget that."""
    threads = select(col(Message.thread_id)).where(col(Message.id).in_(message_ids))
    others = col(Reply.trigger_id).not_in(message_ids)
    kept = session.execute(
        select(col(ReplyRecord.id), col(ReplyRecord.record))
        .join(Reply, col(Reply.id) == col(ReplyRecord.reply_id))
        .where(col(Reply.thread_id).in_(threads), others)
    ).all()
    changed = [(row, less) for row, record in kept if (less := privacy.without_facts(record)) != record]
    for row, less in changed:
        session.execute(update(ReplyRecord).where(col(ReplyRecord.id) == row).values(record=less))
    return len(changed)


def _forget_in_audit(session: Session, workspace_row: int, person_id: str) -> int:
    """That something was changed stays in the audit log; who it was, and their name where it tells of them, do not."""
    its = col(Change.workspace_id) == workspace_row
    quoted = json.dumps(person_id)
    found = session.execute(
        select(Change).where(
            its,
            (col(Change.actor_id) == person_id)
            | col(Change.before).contains(quoted, autoescape=True)
            | col(Change.after).contains(quoted, autoescape=True),
        )
    ).scalars()
    count = 0
    for change in found:
        count += 1
        if change.actor_id == person_id:
            change.actor_id, change.actor_name = "", FORGOTTEN
        before, after = json.loads(change.before), json.loads(change.after)
        if _names(before, person_id) or _names(after, person_id):
            change.subject = person_id if change.deed.startswith(("managers.", "access.")) else change.subject
            change.before = json.dumps(_nameless(before, person_id), ensure_ascii=False)
            change.after = json.dumps(_nameless(after, person_id), ensure_ascii=False)
    session.flush()
    return count


def _names(values: Any, person_id: str) -> bool:
    return bool(values != _nameless(values, person_id))


def _nameless(values: Any, person_id: str) -> Any:
    """The same with an empty name where this person's id is listed."""
    if isinstance(values, list):
        return [_nameless(one, person_id) for one in values]
    if not isinstance(values, dict):
        return values
    if values.get("id") == person_id and "name" in values:
        return values | {"name": ""}
    return {name: _nameless(one, person_id) for name, one in values.items()}
