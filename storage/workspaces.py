"""Workspaces and their channels: made when first met, renamed when the platform says so."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Executable, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col

from storage.incoming import Place
from storage.tables import Channel, Workspace, now, rows
from storage.words import Listening, Platform

WORKSPACES, CHANNELS = rows(Workspace).c, rows(Channel).c
LOCATE = (
    select(WORKSPACES.id, CHANNELS.id, CHANNELS.listening, WORKSPACES.name, CHANNELS.name)
    .join_from(rows(Workspace), rows(Channel), CHANNELS.workspace_id == WORKSPACES.id)
    .where(
        WORKSPACES.platform == bindparam("platform"),
        WORKSPACES.platform_id == bindparam("workspace"),
        CHANNELS.platform_id == bindparam("channel"),
    )
)


@dataclass(frozen=True, slots=True)
class Located:
    """The row ids of a place, and what its channel listens to."""

    workspace_id: int
    channel_id: int
    listening: Listening


def insert_if_new(session: Session, table: type[SQLModel], values: dict[str, Any]) -> int | None:
    """Insert one row; its id, or None when a constraint says that it is there already."""
    statement = _insert_if_new(table, session.get_bind().dialect.name)
    inserted: int | None = session.execute(statement, values).scalar_one_or_none()
    return inserted


@cache
def _insert_if_new(table: type[SQLModel], dialect: str) -> Executable:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement: Executable = insert(rows(table)).on_conflict_do_nothing().returning(rows(table).c.id)
    return statement


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
            },
        )
        found = _find(session, place)
        if found is None:
            raise LookupError(f"the channel {place.channel_id!r} was not kept")
    return found


def _find(session: Session, place: Place) -> Located | None:
    named = {"platform": place.platform.value, "workspace": place.workspace_id, "channel": place.channel_id}
    row = session.execute(LOCATE, named).one_or_none()
    if row is None:
        return None
    workspace_id, channel_id, listening, workspace_name, channel_name = row
    if place.workspace_name and place.workspace_name != workspace_name:
        session.execute(update(Workspace).where(col(Workspace.id) == workspace_id).values(name=place.workspace_name))
    if place.channel_name and place.channel_name != channel_name:
        session.execute(update(Channel).where(col(Channel.id) == channel_id).values(name=place.channel_name))
    return Located(workspace_id, channel_id, Listening(listening))


def workspace(session: Session, platform: Platform, platform_id: str, name: str = "") -> int:
    """The id of a workspace's row, made if it is missing."""
    values = {"platform": platform.value, "platform_id": platform_id, "name": name, "prompt": "", "created_at": now()}
    inserted = insert_if_new(session, Workspace, values)
    if inserted is not None:
        return inserted
    found: int = session.execute(
        select(col(Workspace.id)).where(col(Workspace.platform) == platform, col(Workspace.platform_id) == platform_id)
    ).scalar_one()
    return found


def known(session: Session) -> list[Workspace]:
    """Every workspace, oldest first."""
    return list(session.execute(select(Workspace).order_by(col(Workspace.id))).scalars())


def channels(session: Session, workspace_id: int) -> list[Channel]:
    """The channels of a workspace that Parley has met, oldest first."""
    statement = select(Channel).where(col(Channel.workspace_id) == workspace_id).order_by(col(Channel.id))
    return list(session.execute(statement).scalars())


def listen(session: Session, place: Place, listening: Listening) -> None:
    """Let a channel listen to more or less, from the next message on."""
    channel_id = locate(session, place).channel_id
    session.execute(update(Channel).where(col(Channel.id) == channel_id).values(listening=listening.value))


def prompt(session: Session, workspace_id: int) -> str:
    """The workspace's prompt; empty when none is set."""
    found: str = session.execute(select(col(Workspace.prompt)).where(col(Workspace.id) == workspace_id)).scalar_one()
    return found


def set_prompt(session: Session, workspace_id: int, text: str) -> None:
    session.execute(update(Workspace).where(col(Workspace.id) == workspace_id).values(prompt=text))


def meet(session: Session, platform: Platform, platform_id: str, name: str) -> bool:
    """Make a workspace's row; false when it was there already."""
    values = {"platform": platform.value, "platform_id": platform_id, "name": name, "prompt": "", "created_at": now()}
    return insert_if_new(session, Workspace, values) is not None
