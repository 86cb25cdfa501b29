"""What was used, read from what is counted by the day: as much work as there were days, channels and people."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select
from sqlmodel import Session

from storage.spending import SUMS
from storage.tables import Channel, Spending, rows

SPENDING, CHANNELS = rows(Spending).c, rows(Channel).c


class Facet(StrEnum):
    """By what usage is divided up."""

    DAY = "day"
    PERSON = "person"
    CHANNEL = "channel"
    PERSONA = "persona"
    MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How many answers there were of one day, person or the like, and what they took as far as it is known.

    `unpriced` of them have no known cost; `tokens_in` include the cached ones, `tokens_out` those of reasoning.
    """

    key: str = ""
    name: str = ""
    replies: int = 0
    unpriced: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
    tokens_reasoning: int = 0
    cost_microusd: int = 0


KEYS: dict[Facet, tuple[ColumnElement[Any], ColumnElement[Any]]] = {
    Facet.DAY: (SPENDING.day, literal("")),
    Facet.PERSON: (SPENDING.person_id, func.max(SPENDING.person_name)),
    Facet.CHANNEL: (CHANNELS.platform_id, func.max(CHANNELS.name)),
    Facet.PERSONA: (SPENDING.persona, literal("")),
    Facet.MODEL: (SPENDING.model, literal("")),
}


def of(
    session: Session, workspace_id: int, facet: Facet, since: str, until: str, person_id: str | None = None
) -> list[Usage]:
    """What a workspace, or one person in it, used from one day to another: days in order, else the dearest first."""
    key, name = KEYS[facet]
    sums = [func.sum(SPENDING[sum_]).label(sum_) for sum_ in SUMS]
    statement = (
        select(key.label("key"), name.label("name"), *sums)
        .join_from(rows(Spending), rows(Channel), CHANNELS.id == SPENDING.channel_id)
        .where(SPENDING.workspace_id == workspace_id, SPENDING.day.between(since, until))
        .group_by(key)
    )
    if person_id is not None:
        statement = statement.where(SPENDING.person_id == person_id)
    found = [_usage(dict(row)) for row in session.execute(statement).mappings()]
    if facet is Facet.DAY:
        return sorted(found, key=lambda one: one.key)
    return sorted(found, key=lambda one: (-one.cost_microusd, -one.tokens_in - one.tokens_out, one.key))


def _usage(row: dict[str, Any]) -> Usage:
    return Usage(key=row["key"], name=row["name"], **{name: int(row[name]) for name in SUMS})
