"""What is to be answered again and again: each schedule is one row, and the only truth about when it is due."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, delete, func, select, update
from sqlmodel import Session

from storage import audit, workspaces
from storage.audit import Actor
from storage.incoming import Place
from storage.tables import Channel, Schedule, Workspace, rows
from storage.words import Deed, Platform

SCHEDULES, CHANNELS, SPACES = rows(Schedule).c, rows(Channel).c, rows(Workspace).c
MOST_DUE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What is wanted: what to answer where, and when; see `tables.Schedule` for the words."""

    place: Place
    posts_in: str
    thread_key: str
    prompt: str
    spoken: str
    cron: str
    timezone: str
    next_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """A schedule as it stands, with where it is."""

    id: int
    revision: int
    place: Place
    posts_in: str
    thread_key: str
    creator_id: str
    creator_name: str
    prompt: str
    spoken: str
    cron: str
    timezone: str
    paused: bool
    next_at: datetime | None
    last_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Nothing is due any more."""
        return self.next_at is None


@dataclass(frozen=True, slots=True)
class Due:
    """When a schedule is due next, as of a revision of it."""

    id: int
    revision: int
    next_at: datetime
    cron: str
    timezone: str


STANDING: Select[Any] = (
    select(
        SCHEDULES.id,
        SCHEDULES.revision,
        SCHEDULES.posts_in,
        SCHEDULES.thread_key,
        SCHEDULES.creator_id,
        SCHEDULES.creator_name,
        SCHEDULES.prompt,
        SCHEDULES.spoken,
        SCHEDULES.cron,
        SCHEDULES.timezone,
        SCHEDULES.paused,
        SCHEDULES.next_at,
        SCHEDULES.last_at,
        SPACES.platform,
        SPACES.platform_id.label("workspace"),
        CHANNELS.platform_id.label("channel"),
        CHANNELS.name.label("channel_name"),
    )
    .join_from(rows(Schedule), rows(Channel), CHANNELS.id == SCHEDULES.channel_id)
    .join(rows(Workspace), SPACES.id == SCHEDULES.workspace_id)
    .order_by(SCHEDULES.id)
)


def add(session: Session, actor: Actor, planned: Planned) -> int:
    """Keep a schedule; its id."""
    located = workspaces.locate(session, planned.place)
    row = Schedule(
        workspace_id=located.workspace_id,
        channel_id=located.channel_id,
        posts_in=planned.posts_in,
        thread_key=planned.thread_key,
        creator_id=actor.id,
        creator_name=actor.name,
        prompt=planned.prompt,
        spoken=planned.spoken,
        cron=planned.cron,
        timezone=planned.timezone,
        next_at=planned.next_at,
    )
    session.add(row)
    session.flush()
    if row.id is None:
        raise LookupError("the schedule was not kept")
    _record(session, located.workspace_id, row.id, actor, Deed.SCHEDULE_ADD, after={"when": planned.spoken})
    return row.id


def listed(session: Session, workspace_id: int) -> list[Scheduled]:
    """Every schedule of a workspace, oldest first."""
    found = session.execute(STANDING.where(SCHEDULES.workspace_id == workspace_id)).mappings()
    return [_scheduled(row) for row in found]


def find(session: Session, workspace_id: int, schedule_id: int) -> Scheduled | None:
    """A schedule of this workspace; None when it has no such one."""
    its = (SCHEDULES.workspace_id == workspace_id, SCHEDULES.id == min(schedule_id, audit.MOST_ID))
    row = session.execute(STANDING.where(*its)).mappings().one_or_none()
    return None if row is None else _scheduled(row)


def count(session: Session, workspace_id: int) -> int:
    """How many schedules of a workspace have something due yet."""
    its = (SCHEDULES.workspace_id == workspace_id, SCHEDULES.next_at.is_not(None))
    return int(session.execute(select(func.count()).select_from(rows(Schedule)).where(*its)).scalar_one())


def due_before(session: Session, moment: datetime) -> list[Due]:
    """What is due by then, earliest first; what is further away is asked for later."""
    found = session.execute(
        select(SCHEDULES.id, SCHEDULES.revision, SCHEDULES.next_at, SCHEDULES.cron, SCHEDULES.timezone)
        .where(SCHEDULES.next_at <= moment, SCHEDULES.paused.is_(False))
        .order_by(SCHEDULES.next_at)
        .limit(MOST_DUE)
    )
    return [Due(*row) for row in found]


def pause(session: Session, actor: Actor, schedule_id: int) -> bool:
    """Let nothing be due; false when it is so already."""
    return _set(session, actor, Deed.SCHEDULE_PAUSE, schedule_id, SCHEDULES.paused.is_(False), paused=True)


def resume(session: Session, actor: Actor, schedule_id: int, next_at: datetime) -> bool:
    """Let it be due again, next at that moment; false when it is not paused."""
    paused = SCHEDULES.paused.is_(True)
    return _set(session, actor, Deed.SCHEDULE_RESUME, schedule_id, paused, paused=False, next_at=next_at)


def remove(session: Session, actor: Actor, schedule_id: int) -> bool:
    """Delete it; what it has brought stays. False when it was gone already."""
    gone = session.execute(
        delete(rows(Schedule)).where(SCHEDULES.id == schedule_id).returning(SCHEDULES.workspace_id, SCHEDULES.spoken)
    ).one_or_none()
    if gone is None:
        return False
    _record(session, gone[0], schedule_id, actor, Deed.SCHEDULE_REMOVE, before={"when": gone[1]})
    return True


def forget(session: Session, workspace_id: int, person_id: str) -> int:
    """Delete what a person has set up in a workspace; how many."""
    its = (SCHEDULES.workspace_id == workspace_id, SCHEDULES.creator_id == person_id)
    return len(session.execute(delete(rows(Schedule)).where(*its).returning(SCHEDULES.id)).all())


def sweep(session: Session, before: datetime) -> int:
    """Delete what was due once, and was so before that moment; how many."""
    its = (SCHEDULES.next_at.is_(None), SCHEDULES.last_at < before)
    return len(session.execute(delete(rows(Schedule)).where(*its).returning(SCHEDULES.id)).all())


def recorded(session: Session, workspace_id: int, schedule_id: int, actor: Actor, deed: Deed) -> None:
    """Write down that somebody did something to a schedule."""
    _record(session, workspace_id, schedule_id, actor, deed)


def _set(session: Session, actor: Actor, deed: Deed, schedule_id: int, if_: Any, **values: object) -> bool:
    changed = session.execute(
        update(rows(Schedule))
        .where(SCHEDULES.id == schedule_id, if_)
        .values(revision=SCHEDULES.revision + 1, **values)
        .returning(SCHEDULES.workspace_id)
    ).scalar_one_or_none()
    if changed is None:
        return False
    _record(session, changed, schedule_id, actor, deed)
    return True


def _record(
    session: Session,
    workspace_id: int,
    schedule_id: int,
    actor: Actor,
    deed: Deed,
    before: audit.Values | None = None,
    after: audit.Values | None = None,
) -> None:
    subject = f"schedule {schedule_id}"
    key = f"schedule:{schedule_id}"
    audit.record(session, workspace_id, actor, deed, subject, before or {}, after or {}, subject_key=key)


def _scheduled(row: RowMapping) -> Scheduled:
    values: dict[str, Any] = {str(name): value for name, value in row.items()}
    place = Place(
        platform=Platform(values.pop("platform")),
        workspace_id=values.pop("workspace"),
        channel_id=values.pop("channel"),
        channel_name=values.pop("channel_name"),
    )
    return Scheduled(place=place, **values)
