"""Workspaces and their channels: made when first met, renamed when the platform says so."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlmodel import Session, SQLModel, col

from storage import audit, upserts
from storage.audit import Actor
from storage.incoming import Place
from storage.prepared import Prepared
from storage.tables import Channel, Thread, Workspace, now, rows
from storage.words import Deed, Listening, Platform

TOPIC_LIMIT = 1_024
WORKSPACES, CHANNELS = rows(Workspace).c, rows(Channel).c
LOCATE = Prepared(
    select(
        WORKSPACES.id,
        CHANNELS.id,
        CHANNELS.listening,
        WORKSPACES.revision,
        WORKSPACES.name,
        CHANNELS.name,
        CHANNELS.topic,
    )
    .join_from(rows(Workspace), rows(Channel), CHANNELS.workspace_id == WORKSPACES.id)
    .where(
        WORKSPACES.platform == bindparam("platform"),
        WORKSPACES.platform_id == bindparam("workspace"),
        CHANNELS.platform_id == bindparam("channel"),
    )
)
REVISION = Prepared(
    select(WORKSPACES.id, WORKSPACES.revision).where(
        WORKSPACES.platform == bindparam("platform"), WORKSPACES.platform_id == bindparam("workspace")
    )
)

LOCK_THREAD = select(rows(Thread).c.id).where(rows(Thread).c.id == bindparam("thread")).with_for_update(key_share=True)


@dataclass(frozen=True, slots=True)
class Located:
    """The row ids of a place, what its channel listens to, and the revision of what is set in its workspace."""

    workspace_id: int
    channel_id: int
    listening: Listening
    revision: int = 0


def insert_if_new(session: Session, table: type[SQLModel], values: dict[str, Any]) -> int | None:
    """Insert one row; its id, or None when a constraint says that it is there already."""
    statement = _insert_if_new(table, session.get_bind().dialect.name, tuple(values))
    inserted: int | None = statement.value(session, values)
    return inserted


@cache
def _insert_if_new(table: type[SQLModel], dialect: str, columns: tuple[str, ...]) -> Prepared:
    statement = upserts.insert(dialect, rows(table)).values({column: bindparam(column) for column in columns})
    return Prepared(statement.on_conflict_do_nothing().returning(rows(table).c.id))


def lock_thread(session: Session, thread_id: int) -> None:
    """Let nobody else keep or answer anything in a thread until this transaction ends; SQLite has one writer anyway."""
    if session.get_bind().dialect.name != "sqlite":
        session.execute(LOCK_THREAD, {"thread": thread_id})


def locate(session: Session, place: Place) -> Located:
    """The rows of the place's workspace and channel, made if they are missing."""
    found = _find(session, place)
    if found is None:
        workspace_id = workspace(session, place.platform, place.workspace_id, place.workspace_name)
        insert_if_new(
            session,
            Channel,
            {
                "workspace_id": workspace_id,
                "platform_id": place.channel_id,
                "name": place.channel_name,
                "listening": Listening.THREADS.value,
                "topic": _kept(place.channel_topic or ""),
            },
        )
        found = _find(session, place)
        if found is None:
            raise LookupError(f"the channel {place.channel_id!r} was not kept")
    return found


def _find(session: Session, place: Place) -> Located | None:
    named = {"platform": place.platform.value, "workspace": place.workspace_id, "channel": place.channel_id}
    row = LOCATE.first(session, named)
    if row is None:
        return None
    workspace_id, channel_id, listening, revision, workspace_name, channel_name, topic = row
    if place.workspace_name and place.workspace_name != workspace_name:
        session.execute(update(Workspace).where(col(Workspace.id) == workspace_id).values(name=place.workspace_name))
    if place.channel_name and place.channel_name != channel_name:
        session.execute(update(Channel).where(col(Channel.id) == channel_id).values(name=place.channel_name))
    if place.channel_topic is not None and _kept(place.channel_topic) != topic:
        set_topic(session, channel_id, place.channel_topic)
    return Located(workspace_id, channel_id, Listening(listening), revision)


def set_topic(session: Session, channel_id: int, topic: str) -> None:
    """Keep what people have written as a channel's topic, as far as a prompt needs it."""
    session.execute(update(Channel).where(col(Channel.id) == channel_id).values(topic=_kept(topic)))


def _kept(topic: str) -> str:
    return " ".join(topic.split())[:TOPIC_LIMIT]


def workspace(session: Session, platform: Platform, platform_id: str, name: str = "") -> int:
    """The id of a workspace's row, made if it is missing."""
    values = {"platform": platform.value, "platform_id": platform_id, "name": name, "prompt": "", "created_at": now()}
    inserted = insert_if_new(session, Workspace, values)
    if inserted is not None:
        return inserted
    found: int = REVISION.value(session, {"platform": platform.value, "workspace": platform_id})
    return found


def known(session: Session) -> list[Workspace]:
    """Every workspace, oldest first."""
    return list(session.execute(select(Workspace).order_by(col(Workspace.id))).scalars())


def channels(session: Session, workspace_id: int) -> list[Channel]:
    """The channels of a workspace that Parley has met, oldest first."""
    statement = select(Channel).where(col(Channel.workspace_id) == workspace_id).order_by(col(Channel.id))
    return list(session.execute(statement).scalars())


def revision(session: Session, platform: Platform, platform_id: str) -> tuple[int, int]:
    """The id of a workspace's row, made if it is missing, and its revision."""
    named = {"platform": platform.value, "workspace": platform_id}
    found = REVISION.first(session, named)
    if found is None:
        return workspace(session, platform, platform_id), 0
    return found[0], found[1]


def change(
    session: Session,
    workspace_id: int,
    actor: Actor,
    deed: Deed,
    column: str,
    value: object,
    *,
    subject: str = "",
    subject_key: str = "",
) -> bool:
    """Set one column of a workspace and write that down; false when it was so already."""
    audit.lock(session, workspace_id)
    its = rows(Workspace).c[column]
    before = session.execute(select(its).where(WORKSPACES.id == workspace_id)).scalar_one()
    if before == value:
        return False
    session.execute(update(rows(Workspace)).where(WORKSPACES.id == workspace_id).values({column: value}))
    audit.record(
        session, workspace_id, actor, deed, subject, {column: before}, {column: value}, subject_key=subject_key
    )
    return True


def change_channel(session: Session, place: Place, actor: Actor, deed: Deed, column: str, value: object) -> bool:
    """Set one column of a channel and write that down; false when it was so already."""
    located = locate(session, place)
    audit.lock(session, located.workspace_id)
    its = rows(Channel).c[column]
    before = session.execute(select(its).where(CHANNELS.id == located.channel_id)).scalar_one()
    if before == value:
        return False
    session.execute(update(rows(Channel)).where(CHANNELS.id == located.channel_id).values({column: value}))
    audit.record(
        session,
        located.workspace_id,
        actor,
        deed,
        shown(session, place),
        {column: before},
        {column: value},
        subject_key=channel_key(place),
    )
    return True


def channel_model(session: Session, place: Place) -> str:
    """The model that was chosen for a channel; empty when none was."""
    channel_id = locate(session, place).channel_id
    found: str = session.execute(select(CHANNELS.model).where(CHANNELS.id == channel_id)).scalar_one()
    return found


def shown(session: Session, place: Place) -> str:
    """A channel as people know it."""
    its = CHANNELS.id == locate(session, place).channel_id
    name = session.execute(select(CHANNELS.name).where(its)).scalar_one()
    return f"#{name}" if name else place.channel_id


def channel_key(place: Place) -> str:
    """What a channel's changes are kept under."""
    return f"channel:{place.channel_id}"


def meet(session: Session, platform: Platform, platform_id: str, name: str) -> bool:
    """Make a workspace's row; false when it was there already."""
    values = {"platform": platform.value, "platform_id": platform_id, "name": name, "prompt": "", "created_at": now()}
    return insert_if_new(session, Workspace, values) is not None
