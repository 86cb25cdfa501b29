"""What replies were made from: kept when they are settled, and read, with the messages that it points to, to be shown.

What is read is as of now: a message that was deleted has no text any more, and an edited one its new text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, and_, bindparam, func, insert, or_, select, union_all
from sqlmodel import Session, col

from storage import attachments
from storage.claims import Turn
from storage.incoming import Place
from storage.prepared import Prepared
from storage.states import UNSETTLED, ReplyState
from storage.tables import Change, Channel, Message, Reply, ReplyRecord, Segment, Thread, Workspace, rows
from storage.words import AuthorKind, Platform, Role

KEEP = Prepared(
    insert(rows(ReplyRecord)).values(
        {name: bindparam(name) for name in ("reply_id", "version", "settled_at", "record")}
    )
)


@dataclass(frozen=True, slots=True)
class Kept:
    """One version of a reply as it was kept: when it was settled, and the record."""

    version: int
    settled_at: datetime
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose a reply is, and where and how it stands; `version` is its newest."""

    reply_id: int
    version: int
    state: ReplyState
    platform: Platform
    workspace_row: int
    workspace_id: str
    workspace_name: str
    channel_id: str
    channel_name: str
    thread_id: int
    asker_id: str
    asker_name: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it is now. `edited_at` and `deleted_at` are when its author changed or removed it, if they did."""

    turn: Turn
    edited_at: datetime | None
    deleted_at: datetime | None


def keep(session: Session, reply_id: int, version: int, settled_at: datetime, record: str) -> None:
    """Keep what one version of a reply was made from."""
    values = {"reply_id": reply_id, "version": version, "settled_at": settled_at, "record": record}
    KEEP.all(session, values)


def versions(session: Session, reply_id: int) -> list[Kept]:
    """What is kept of a reply, the newest version first."""
    found = session.execute(
        select(col(ReplyRecord.version), col(ReplyRecord.settled_at), col(ReplyRecord.record))
        .where(col(ReplyRecord.reply_id) == reply_id)
        .order_by(col(ReplyRecord.version).desc())
    )
    return [Kept(*row) for row in found]


def asked(session: Session, reply_id: int) -> Asked | None:
    """None when there is no such reply."""
    row = (
        session.execute(
            select(
                col(Reply.id).label("reply_id"),
                col(Reply.version),
                col(Reply.state),
                col(Workspace.platform),
                col(Workspace.id).label("workspace_row"),
                col(Workspace.platform_id).label("workspace_id"),
                col(Workspace.name).label("workspace_name"),
                col(Channel.platform_id).label("channel_id"),
                col(Channel.name).label("channel_name"),
                col(Reply.thread_id),
                col(Message.author_id).label("asker_id"),
                col(Message.author_name).label("asker_name"),
                col(Message.sent_at).label("asked_at"),
            )
            .select_from(Reply)
            .join(Thread, col(Thread.id) == Reply.thread_id)
            .join(Channel, col(Channel.id) == Thread.channel_id)
            .join(Workspace, col(Workspace.id) == Channel.workspace_id)
            .join(Message, col(Message.id) == Reply.trigger_id)
            .where(col(Reply.id) == reply_id)
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        return None
    return Asked(**{**row, "platform": Platform(row["platform"]), "state": ReplyState(row["state"])})


def shown_by(session: Session, place: Place, message_id: str) -> int | None:
    """The reply that a message of a channel shows, or that it asked for; of several the newest."""
    channel_id = _channel(place)
    shown = (
        select(col(Reply.id))
        .join(Segment, col(Segment.reply_id) == Reply.id)
        .join(Thread, col(Thread.id) == Reply.thread_id)
        .where(col(Segment.platform_id) == message_id, col(Thread.channel_id) == channel_id)
    )
    asked_for = (
        select(col(Reply.id))
        .join(Message, col(Message.id) == Reply.trigger_id)
        .where(col(Message.platform_id) == message_id, col(Message.channel_id) == channel_id)
    )
    return max(session.execute(union_all(shown, asked_for)).scalars(), default=None)


def newest(session: Session, place: Place, posts_in: str, asker_id: str = "") -> int | None:
    """The newest settled reply that was posted there, of all or of those that one person asked for."""
    statement = (
        select(func.max(col(Reply.id)))
        .select_from(Reply)
        .join(Thread, col(Thread.id) == Reply.thread_id)
        .where(col(Thread.channel_id) == _channel(place), col(Thread.posts_in) == posts_in)
        .where(col(Reply.state).not_in(UNSETTLED))
    )
    if asker_id:
        its = and_(col(Message.id) == Reply.trigger_id, col(Message.author_id) == asker_id)
        statement = statement.join(Message, its)
    found: int | None = session.execute(statement).scalar_one_or_none()
    return found


def messages(session: Session, thread_id: int, message_ids: Sequence[int]) -> dict[int, Said]:
    """Those of the messages that are in this thread, with their files, but without the bytes of pictures."""
    found = session.execute(
        select(
            col(Message.id),
            col(Message.role),
            col(Message.author_kind),
            col(Message.author_id),
            col(Message.author_name),
            col(Message.text),
            col(Message.edited_at),
            col(Message.deleted_at),
        ).where(col(Message.thread_id) == thread_id, col(Message.id).in_(message_ids))
    ).all()
    files = attachments.of_messages(session, [row[0] for row in found], 0)
    return {
        row[0]: Said(
            Turn(Role(row[1]), AuthorKind(row[2]), row[3], row[4], row[5], files.get(row[0], ()), row[0]),
            row[6],
            row[7],
        )
        for row in found
    }


def older_than(session: Session, thread_id: int, message_id: int) -> int:
    """How many messages of a thread come before this one, without those that are deleted or replaced."""
    position = session.execute(select(col(Message.position)).where(col(Message.id) == message_id)).scalar_one_or_none()
    if position is None:
        return 0
    before = or_(
        col(Message.position) < position, and_(col(Message.position) == position, col(Message.id) < message_id)
    )
    count: int = session.execute(
        select(func.count())
        .select_from(Message)
        .where(col(Message.thread_id) == thread_id, before)
        .where(col(Message.deleted_at).is_(None), col(Message.replaced_at).is_(None))
    ).scalar_one()
    return count


def changes(session: Session, workspace_row: int, change_ids: Sequence[int]) -> dict[int, Change]:
    """Those of the changes that were made in this workspace."""
    found = session.execute(
        select(Change).where(col(Change.workspace_id) == workspace_row, col(Change.id).in_(change_ids))
    ).scalars()
    return {change.id: change for change in found if change.id is not None}


def _channel(place: Place) -> ScalarSelect[int | None]:
    return (
        select(col(Channel.id))
        .join(Workspace, col(Workspace.id) == Channel.workspace_id)
        .where(
            col(Workspace.platform) == place.platform,
            col(Workspace.platform_id) == place.workspace_id,
            col(Channel.platform_id) == place.channel_id,
        )
        .scalar_subquery()
    )
