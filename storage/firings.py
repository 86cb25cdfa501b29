"""What happens when a schedule is due: in one transaction it is written down, and its prompt asks for an answer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import Session

from storage import schedules, threads, workspaces
from storage.audit import Actor
from storage.incoming import PENDING, Author, Incoming
from storage.schedules import Due, Scheduled
from storage.tables import Firing, Schedule, now, rows
from storage.words import Deed, Platform

SCHEDULES, FIRINGS = rows(Schedule).c, rows(Firing).c


@dataclass(frozen=True, slots=True)
class Fired:
    """A prompt that waits for its answer, and where."""

    schedule_id: int
    platform: Platform
    thread_id: int


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is asked, by the clock and as the schedule's platform orders messages."""

    at: datetime
    positions: dict[Platform, int]


def fire(session: Session, due: Due, next_at: datetime | None, moment: Moment) -> Fired | None:
    """Ask what is due, and let it be due again at `next_at`; None when that was done, or the schedule was changed.

    Of several processes that try one succeeds: a schedule moves on from each revision once, and has one firing for
    each time.
    """
    moved = session.execute(
        update(rows(Schedule))
        .where(SCHEDULES.id == due.id, SCHEDULES.revision == due.revision, SCHEDULES.paused.is_(False))
        .values(revision=SCHEDULES.revision + 1, next_at=next_at, last_at=due.next_at)
        .returning(SCHEDULES.workspace_id)
    ).scalar_one_or_none()
    if moved is None:
        return None
    scheduled = schedules.find(session, moved, due.id)
    return None if scheduled is None else _ask(session, scheduled, due.next_at, moment)


def fire_now(session: Session, actor: Actor, workspace_id: int, schedule_id: int, moment: Moment) -> Fired | None:
    """Ask at once, beside the times at which it is due; None when it is gone."""
    scheduled = schedules.find(session, workspace_id, schedule_id)
    if scheduled is None:
        return None
    schedules.recorded(session, workspace_id, schedule_id, actor, Deed.SCHEDULE_RUN)
    return _ask(session, scheduled, moment.at, moment)


def sweep(session: Session, before: datetime) -> int:
    """Forget the times that were due before that moment; how many."""
    return len(session.execute(delete(rows(Firing)).where(FIRINGS.fire_at < before).returning(FIRINGS.id)).all())


def _ask(session: Session, scheduled: Scheduled, fire_at: datetime, moment: Moment) -> Fired | None:
    values = {"schedule_id": scheduled.id, "fire_at": fire_at, "created_at": now()}
    firing_id = workspaces.insert_if_new(session, Firing, values)
    if firing_id is None:
        return None
    kept = threads.keep(session, _asked(scheduled, fire_at, moment))
    if kept.thread_id is None:
        return None
    session.execute(update(rows(Firing)).where(FIRINGS.id == firing_id).values(reply_id=kept.reply_id))
    return Fired(scheduled.id, scheduled.place.platform, kept.thread_id)


def _asked(scheduled: Scheduled, fire_at: datetime, moment: Moment) -> Incoming:
    """The prompt as if its author had just written it; no platform knows this message."""
    token = f"{PENDING}{scheduled.id}:{fire_at.isoformat()}"
    return Incoming(
        place=scheduled.place,
        thread_key=scheduled.thread_key or token,
        posts_in=scheduled.posts_in,
        message_id=token,
        position=moment.positions[scheduled.place.platform],
        author=Author(id=scheduled.creator_id, name=scheduled.creator_name),
        text=scheduled.prompt,
        sent_at=moment.at,
        asks=True,
    )
