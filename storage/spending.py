"""What answers took, counted by the day: kept by the transaction that settles a reply, so that nobody sums replies."""

from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlmodel import Session, SQLModel, col

from storage import upserts
from storage.prepared import Prepared
from storage.tables import Reservation, Spending, Spent, rows
from storage.words import Reach

KEY = ("workspace_id", "day", "channel_id", "person_id", "persona", "model")
SUMS = ("replies", "unpriced", "tokens_in", "tokens_out", "tokens_cached", "tokens_reasoning", "cost_microusd")
RELEASE = Prepared(delete(rows(Reservation)).where(rows(Reservation).c.reply_id == bindparam("reply")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """What answers took: `tokens_in` include the cached ones, `tokens_out` those of reasoning."""

    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
    tokens_reasoning: int = 0
    cost_microusd: int | None = None

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What was spent at once: where, for whom (nobody, without an id), as which persona and by which model."""

    workspace_id: int
    day: str
    channel_row: int
    channel_id: str
    person_id: str = ""
    person_name: str = ""
    persona: str = ""
    model: str = ""
    replies: int = 1
    took: Took = field(default_factory=Took)


def add(session: Session, bill: Bill) -> None:
    """Count it, for usage and for caps: two statements, whatever there is already."""
    dialect, took = session.get_bind().dialect.name, bill.took
    values = {
        "workspace_id": bill.workspace_id,
        "day": bill.day,
        "channel_id": bill.channel_row,
        "person_id": bill.person_id,
        "person_name": bill.person_name,
        "persona": bill.persona,
        "model": bill.model,
        "replies": bill.replies,
        "unpriced": bill.replies if took.cost_microusd is None else 0,
    }
    cost = took.cost_microusd or 0
    _count(dialect).all(session, values | asdict(took) | {"cost_microusd": cost})
    same = {"workspace_id": bill.workspace_id, "day": bill.day, "tokens": took.tokens, "cost_microusd": cost}
    # The workspace first: whoever counts beside this one waits there, and nowhere in a circle.
    subjects = ((Reach.WORKSPACE, ""), (Reach.CHANNEL, bill.channel_id), (Reach.PERSON, bill.person_id))
    within = [same | {"reach": reach.value, "subject": subject} for reach, subject in subjects]
    _count_within(dialect).each(session, within)


def forget(session: Session, workspace_id: int, person_id: str) -> int:
    """Count what a person has spent as nobody's; how many rows of theirs there were. The workspace's sums stay."""
    its = (col(Spending.workspace_id) == workspace_id, col(Spending.person_id) == person_id)
    gone = [dict(row) for row in session.execute(select(*_columns(*KEY, *SUMS)).where(*its)).mappings()]
    session.execute(delete(Spending).where(*its))
    dialect = session.get_bind().dialect.name
    for row in gone:
        _count(dialect).all(session, row | {"person_id": "", "person_name": ""})
    theirs = (
        col(Spent.workspace_id) == workspace_id,
        col(Spent.reach) == Reach.PERSON,
        col(Spent.subject) == person_id,
    )
    session.execute(delete(Spent).where(*theirs))
    return len(gone)


def release(session: Session, reply_id: int) -> None:
    """A reply spends no more: what was set aside for it is free."""
    RELEASE.all(session, {"reply": reply_id})


def _columns(*names: str) -> list[Any]:
    return [rows(Spending).c[name] for name in names]


@cache
def _count(dialect: str) -> Prepared:
    return _upsert(dialect, Spending, KEY, SUMS, renamed=("person_name",))


@cache
def _count_within(dialect: str) -> Prepared:
    return _upsert(dialect, Spent, ("workspace_id", "reach", "subject", "day"), ("tokens", "cost_microusd"))


def _upsert(
    dialect: str, table: type[SQLModel], key: tuple[str, ...], sums: tuple[str, ...], renamed: tuple[str, ...] = ()
) -> Prepared:
    """Insert a row, or add its sums to the one that is there under this key."""
    statement = upserts.insert(dialect, rows(table)).values({name: bindparam(name) for name in (*key, *renamed, *sums)})
    added = {name: rows(table).c[name] + statement.excluded[name] for name in sums}
    added |= {name: statement.excluded[name] for name in renamed}
    return Prepared(statement.on_conflict_do_update(index_elements=key, set_=added))
