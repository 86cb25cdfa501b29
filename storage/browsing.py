"""Workspaces, and the personas of one, a page at a time: by keys, so that the last page is as fast as the first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session, col

from storage.audit import MOST_ID
from storage.tables import Channel, Persona, Workspace
from storage.words import Platform

MOST_CHANNELS = 30
# A person's direct messages on Discord are a workspace whose id begins so.
DIRECT, BEYOND_DIRECT = "dm:", "dm;"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A persona, the first of the channels that speak with it, and how many there are in all."""

    persona: Persona
    channels: tuple[Channel, ...]
    count: int


def workspaces(
    session: Session, *, after_id: int = 0, named: str = "", direct: bool = False, most: int = 50
) -> list[Workspace]:
    """Those after one, oldest first: with this in their name or as their id, and `direct` ones or all others."""
    its = col(Workspace.platform_id)
    is_direct = and_(col(Workspace.platform) == Platform.DISCORD, its >= DIRECT, its < BEYOND_DIRECT)
    statement = select(Workspace).where(col(Workspace.id) > min(after_id, MOST_ID), is_direct if direct else ~is_direct)
    if named:
        within = col(Workspace.name).icontains(named, autoescape=True)
        statement = statement.where(or_(within, its == named))
    return list(session.execute(statement.order_by(col(Workspace.id)).limit(most)).scalars())


def workspace(session: Session, row: int) -> Workspace | None:
    return session.get(Workspace, row) if row <= MOST_ID else None


def personas(session: Session, workspace_id: int, after: str = "", most: int = 25) -> list[Assignment]:
    """Those after one by name, each with the first of its channels."""
    wanted = (col(Persona.workspace_id) == workspace_id, col(Persona.name_key) > after)
    found = session.execute(select(Persona).where(*wanted).order_by(col(Persona.name_key)).limit(most)).scalars().all()
    channels = _channels(session, [one.id for one in found if one.id is not None])
    return [_assignment(one, [each for each in channels if each[0].persona_id == one.id]) for one in found]


def _assignment(persona: Persona, channels: Sequence[tuple[Channel, int]]) -> Assignment:
    return Assignment(persona, tuple(channel for channel, _ in channels), channels[0][1] if channels else 0)


def channel(session: Session, workspace_id: int, row: int) -> Channel | None:
    """A channel of this workspace; None when it has no such one."""
    its = (col(Channel.workspace_id) == workspace_id, col(Channel.id) == min(row, MOST_ID))
    found: Channel | None = session.execute(select(Channel).where(*its)).scalar_one_or_none()
    return found


def _channels(session: Session, persona_ids: Sequence[int]) -> Sequence[tuple[Channel, int]]:
    """The first channels of each of the personas, with how many that has in all."""
    its, order = col(Channel.persona_id), col(Channel.id)
    ranked = (
        select(
            col(Channel.id),
            func.row_number().over(partition_by=its, order_by=order).label("rank"),
            func.count().over(partition_by=its).label("all"),
        )
        .where(col(Channel.persona_id).in_(persona_ids))
        .subquery()
    )
    first = select(Channel, ranked.c.all).join(ranked, ranked.c.id == col(Channel.id))
    found = session.execute(first.where(ranked.c.rank <= MOST_CHANNELS).order_by(col(Channel.id)))
    return [(channel, count) for channel, count in found]
