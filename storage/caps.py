"""Caps of a workspace: the most that may be spent in a day or a month, by all, in a channel, or by a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlmodel import Session, col

from storage import audit
from storage.audit import Actor
from storage.tables import Cap as Row
from storage.words import Deed, Period, Reach, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """The most that may be spent, in tokens or in millionths of a dollar.

    Without a `subject` (the platform's id of a channel or person) it holds for each by itself; `name` is for people.
    """

    reach: Reach
    subject: str = ""
    name: str = ""
    period: Period
    unit: Unit
    amount: int

    @property
    def key(self) -> tuple[Reach, str, Period, Unit]:
        """What it holds for; there is one amount for each."""
        return self.reach, self.subject, self.period, self.unit


def read(session: Session, workspace_row: int) -> tuple[Cap, ...]:
    """Those of a workspace, in the order of what they hold for."""
    found = session.execute(select(Row).where(col(Row.workspace_id) == workspace_row)).scalars()
    return tuple(sorted(map(_cap, found), key=lambda cap: cap.key))


def _cap(row: Row) -> Cap:
    return Cap(
        reach=Reach(row.reach),
        subject=row.subject,
        name=row.name,
        period=Period(row.period),
        unit=Unit(row.unit),
        amount=row.amount,
    )


def applying(caps: Iterable[Cap], channel: str, person: str) -> tuple[Cap, ...]:
    """The caps that hold for a person in a channel: one for this very subject stands in place of that for each."""
    subjects = {Reach.WORKSPACE: "", Reach.CHANNEL: channel, Reach.PERSON: person}
    own = [cap for cap in caps if cap.subject == subjects[cap.reach]]
    named = {(cap.reach, cap.period, cap.unit) for cap in own if cap.subject}
    general = [cap for cap in caps if not cap.subject and cap not in own]
    return tuple(own + [cap for cap in general if (cap.reach, cap.period, cap.unit) not in named])


def put(session: Session, workspace_row: int, actor: Actor, cap: Cap) -> bool:
    """Set a cap, in place of the one that holds for the same; false when it was so already."""
    audit.lock(session, workspace_row)
    before = _amount(session, workspace_row, cap)
    if before == cap.amount:
        return False
    if before is None:
        session.add(Row(workspace_id=workspace_row, **_values(cap)))
        session.flush()
    else:
        changed = update(Row).where(*_its(workspace_row, cap)).values(amount=cap.amount, name=cap.name)
        session.execute(changed)
    _record(session, workspace_row, actor, Deed.CAP_SET, cap, before, cap.amount)
    return True


def remove(session: Session, workspace_row: int, actor: Actor, cap: Cap) -> bool:
    """Take back the cap that holds for the same; false when there is none."""
    audit.lock(session, workspace_row)
    before = _amount(session, workspace_row, cap)
    if before is None:
        return False
    session.execute(delete(Row).where(*_its(workspace_row, cap)))
    _record(session, workspace_row, actor, Deed.CAP_REMOVE, cap, before, None)
    return True


def _amount(session: Session, workspace_row: int, cap: Cap) -> int | None:
    found: int | None = session.execute(select(col(Row.amount)).where(*_its(workspace_row, cap))).scalar_one_or_none()
    return found


def _its(workspace_row: int, cap: Cap) -> Sequence[ColumnElement[bool]]:
    return (
        col(Row.workspace_id) == workspace_row,
        col(Row.reach) == cap.reach,
        col(Row.subject) == cap.subject,
        col(Row.period) == cap.period,
        col(Row.unit) == cap.unit,
    )


def _values(cap: Cap) -> dict[str, Any]:
    return {
        "reach": cap.reach.value,
        "subject": cap.subject,
        "name": cap.name,
        "period": cap.period.value,
        "unit": cap.unit.value,
        "amount": cap.amount,
    }


def _record(
    session: Session, workspace_row: int, actor: Actor, deed: Deed, cap: Cap, before: int | None, after: int | None
) -> None:
    subject = f"{cap.reach} {cap.name or cap.subject}".strip() + f" per {cap.period}"
    audit.record(session, workspace_row, actor, deed, subject, {cap.unit: before}, {cap.unit: after})
