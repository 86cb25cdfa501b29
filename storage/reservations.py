"""What running replies may still spend: set aside before the model is asked, and gone with the reply's epoch.

So replies that are asked side by side do not pass a cap together, and what a process that went down had set aside holds
nothing once its reply is taken up by another.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import bindparam, insert, literal, literal_column, select, union_all
from sqlmodel import Session

from storage import spending, workspaces
from storage.caps import Cap
from storage.replies import Fenced
from storage.states import ReplyState
from storage.tables import CapNotice, Reply, Reservation, Spent, Workspace, rows
from storage.words import Period, Reach, Unit

NEAR = 0.8

REPLIES, SPENT, RESERVED, NOTICES = rows(Reply).c, rows(Spent).c, rows(Reservation).c, rows(CapNotice).c
OWNED = select(REPLIES.id).where(REPLIES.id == bindparam("reply"), REPLIES.epoch == bindparam("epoch"))
ALONE = select(rows(Workspace).c.id).where(rows(Workspace).c.id == bindparam("workspace"))
ALONE = ALONE.with_for_update(key_share=True)
# Both in one statement, which sees one moment: a reply that is settled meanwhile is in the one or in the other.
USED = union_all(
    select(SPENT.reach, SPENT.subject, literal(""), SPENT.day, SPENT.tokens, SPENT.cost_microusd).where(
        SPENT.workspace_id == bindparam("workspace"),
        SPENT.reach.in_([reach.value for reach in Reach]),
        SPENT.subject.in_(["", bindparam("channel"), bindparam("person")]),
        SPENT.day.between(bindparam("since"), bindparam("day")),
    ),
    select(literal(""), RESERVED.channel, RESERVED.person, RESERVED.day, RESERVED.tokens, RESERVED.cost_microusd)
    .join_from(rows(Reservation), rows(Reply), REPLIES.id == RESERVED.reply_id)
    .where(
        RESERVED.workspace_id == bindparam("workspace"),
        RESERVED.reply_id != bindparam("reply"),
        RESERVED.day.between(bindparam("since"), bindparam("day")),
        REPLIES.epoch == RESERVED.epoch,
        REPLIES.state == literal_column(f"'{ReplyState.RUNNING}'"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How much a reply wants to spend at most: where, for whom, and on which day of its workspace.

    `reply_id` is 0 for what is no reply; then nothing is set aside.
    """

    reply_id: int = 0
    epoch: int = 0
    workspace_id: int
    channel: str = ""
    person: str = ""
    day: str
    tokens: int
    cost_microusd: int

    def subject(self, reach: Reach) -> str:
        return {Reach.WORKSPACE: "", Reach.CHANNEL: self.channel, Reach.PERSON: self.person}[reach]

    def amount(self, unit: Unit) -> int:
        return self.cost_microusd if unit is Unit.USD else self.tokens


@dataclass(frozen=True, slots=True)
class Verdict:
    """`over` is a cap that would be passed. Without one the wish is granted; of those `near` people are to be told."""

    over: Cap | None = None
    near: tuple[Cap, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """What was spent within a reach on a day; without a reach, what a running reply has set aside."""

    reach: str
    subject: str
    person: str
    day: str
    tokens: int
    cost_microusd: int

    def within(self, cap: Cap, wish: Wish) -> bool:
        if self.day < since(cap.period, wish.day):
            return False
        if self.reach:
            return self.reach == cap.reach and self.subject == wish.subject(cap.reach)
        mine = {Reach.WORKSPACE: "", Reach.CHANNEL: self.subject, Reach.PERSON: self.person}
        return mine[cap.reach] == wish.subject(cap.reach)


def reserve(session: Session, wish: Wish, caps: Sequence[Cap]) -> Verdict:
    """Set aside what a reply may spend, in place of what it had set aside before, unless that passes a cap.

    Raises Fenced when another process runs the reply now.
    """
    verdict = judge(session, wish, caps)
    if verdict.over is not None:
        return verdict
    if session.execute(OWNED, {"reply": wish.reply_id, "epoch": wish.epoch}).first() is None:
        raise Fenced(f"reply {wish.reply_id} is run by another process")
    spending.release(session, wish.reply_id)
    session.execute(insert(rows(Reservation)), asdict(wish))
    return Verdict(near=tuple(cap for cap in verdict.near if _tells(session, wish, cap)))


def judge(session: Session, wish: Wish, caps: Sequence[Cap]) -> Verdict:
    """Which cap a wish would pass, or come near to. Nobody else is judged in this workspace before this transaction
    ends."""
    session.execute(ALONE, {"workspace": wish.workspace_id})
    counted = list(_counted(session, wish))
    near = []
    for cap in caps:
        wanted = used(counted, cap, wish) + wish.amount(cap.unit)
        if wanted > cap.amount:
            return Verdict(cap)
        if wanted >= cap.amount * NEAR:
            near.append(cap)
    return Verdict(near=tuple(near))


def _counted(session: Session, wish: Wish) -> Iterator[Counted]:
    asked = {
        "workspace": wish.workspace_id,
        "channel": wish.channel,
        "person": wish.person,
        "reply": wish.reply_id,
        "since": since(Period.MONTH, wish.day),
        "day": wish.day,
    }
    return (Counted(*row) for row in session.execute(USED, asked))


def used(counted: Iterable[Counted], cap: Cap, wish: Wish) -> int:
    """What is spent and set aside already within a cap."""
    within = [one for one in counted if one.within(cap, wish)]
    return sum(one.cost_microusd if cap.unit is Unit.USD else one.tokens for one in within)


def since(period: Period, day: str) -> str:
    """The first day of the period that a day is in."""
    return day if period is Period.DAY else f"{day[:7]}-01"


def _tells(session: Session, wish: Wish, cap: Cap) -> bool:
    """Whether this reply is the first one of the period near this cap; done again, it still is."""
    key: dict[str, Any] = {
        "workspace_id": wish.workspace_id,
        "reach": cap.reach.value,
        "subject": wish.subject(cap.reach),
        "period": cap.period.value,
        "unit": cap.unit.value,
        "since": since(cap.period, wish.day),
    }
    if workspaces.insert_if_new(session, CapNotice, key | {"reply_id": wish.reply_id}) is not None:
        return True
    its = (NOTICES[name] == value for name, value in key.items())
    told: int = session.execute(select(NOTICES.reply_id).where(*its)).scalar_one()
    return told == wish.reply_id
