"""What a model had done by tools while it made an answer: each call and its result, kept as `tool` turns.

They hang on the answer that they led to and are read with it, so a call is never without its result. What a result
quotes of other messages goes when they go.

    asking ──► allowed ──► running ──► done, failed
      │                       ▲
      └──► refused            └── calls that nobody need allow begin here
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, delete, exists, insert, literal_column, or_, select, update
from sqlmodel import Session, col

from storage.states import ReplyState
from storage.tables import Message, Reply, ToolQuote, ToolTurn, now, rows
from storage.words import Role, ToolState

GONE = "[Not kept any more: a message that this quoted was changed or deleted.]"
MESSAGES, CALLS = rows(Message).c, rows(ToolTurn).c
IS_ANSWER = MESSAGES.role == literal_column(f"'{Role.ASSISTANT}'")
BESIDE_ANSWER = and_(IS_ANSWER, exists(select(CALLS.id).where(CALLS.answer_id == MESSAGES.id).correlate(rows(Message))))
OWNED = select(rows(Reply).c.id).where(
    rows(Reply).c.id == bindparam("reply"),
    rows(Reply).c.epoch == bindparam("epoch"),
    rows(Reply).c.state == literal_column(f"'{ReplyState.RUNNING}'"),
)
ENDED = (ToolState.DONE, ToolState.FAILED, ToolState.REFUSED)


class TakenOver(RuntimeError):
    """Another process makes this reply now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTurn:
    """One call of a tool: `said` is what the model said before the calls of its round, on the first of them alone.

    `row` is 0 before it is kept. `question` is the platform's id of the message that asks whether it may run. What the
    model wants given back with it while this answer is made, `extra` and (on the first of a round) `thoughts`, is never
    kept: it may quote what is to be forgotten.
    """

    round: int
    number: int
    call_id: str
    name: str
    arguments: str
    said: str = ""
    state: ToolState = ToolState.RUNNING
    result: str = ""
    question: str = ""
    row: int = 0
    extra: Any = None
    thoughts: str = ""

    @property
    def ended(self) -> bool:
        return self.state in ENDED


def begin(session: Session, reply_id: int, epoch: int, version: int, calls: Sequence[CallTurn]) -> list[int]:
    """Keep the calls of a round before any of them runs; the ids of their rows. Raises TakenOver."""
    if session.execute(OWNED, {"reply": reply_id, "epoch": epoch}).scalar_one_or_none() is None:
        raise TakenOver(f"reply {reply_id} is run by another process")
    statement = insert(rows(ToolTurn)).returning(CALLS.id)
    return [
        session.execute(
            statement,
            {
                "reply_id": reply_id,
                "version": version,
                "round": call.round,
                "number": call.number,
                "call_id": call.call_id,
                "name": call.name,
                "arguments": call.arguments,
                "said": call.said,
                "state": call.state.value,
                "result": "",
                "question": "",
                "decided_by": "",
                "created_at": now(),
            },
        ).scalar_one()
        for call in calls
    ]


def run(session: Session, row: int) -> None:
    """A call that was allowed runs now."""
    session.execute(update(ToolTurn).where(col(ToolTurn.id) == row).values(state=ToolState.RUNNING.value))


def end(session: Session, row: int, state: ToolState, result: str, quotes: Sequence[int] = ()) -> None:
    """Keep what came of a call, and which messages that quotes."""
    values = {"state": state.value, "result": result, "ended_at": now()}
    session.execute(update(ToolTurn).where(col(ToolTurn.id) == row).values(values))
    quoted = [{"tool_turn_id": row, "message_id": message_id} for message_id in dict.fromkeys(quotes)]
    if quoted:
        session.execute(insert(rows(ToolQuote)), quoted)


def asked_by(session: Session, row: int, question: str) -> None:
    """The message that asks whether a call may run is there."""
    session.execute(update(ToolTurn).where(col(ToolTurn.id) == row).values(question=question))


def decide(session: Session, row: int, state: ToolState, who: str) -> bool:
    """Allow or refuse a call that waits for it; false when that was decided before."""
    waiting = (col(ToolTurn.id) == row, col(ToolTurn.state) == ToolState.ASKING)
    decided = session.execute(
        update(ToolTurn).where(*waiting).values(state=state.value, decided_by=who).returning(col(ToolTurn.id))
    )
    return decided.scalar_one_or_none() is not None


def decision(session: Session, row: int) -> tuple[ToolState, str] | None:
    """How a call stands, and who decided; None when it is gone."""
    found = session.execute(
        select(col(ToolTurn.state), col(ToolTurn.decided_by)).where(col(ToolTurn.id) == row)
    ).one_or_none()
    return None if found is None else (ToolState(found[0]), found[1])


def reply_of(session: Session, row: int) -> int | None:
    """The reply that a call belongs to."""
    found: int | None = session.execute(
        select(col(ToolTurn.reply_id)).where(col(ToolTurn.id) == row)
    ).scalar_one_or_none()
    return found


def of_version(session: Session, reply_id: int, version: int) -> tuple[CallTurn, ...]:
    """What was called for one version of a reply so far, in order."""
    its = (col(ToolTurn.reply_id) == reply_id, col(ToolTurn.version) == version)
    found = session.execute(select(ToolTurn).where(*its).order_by(col(ToolTurn.round), col(ToolTurn.number))).scalars()
    return tuple(map(_call, found))


def of_answers(session: Session, message_ids: Sequence[int]) -> dict[int, tuple[CallTurn, ...]]:
    """What was called for each of these answers, in order; of one that has no result, nothing."""
    if not message_ids:
        return {}
    found = session.execute(
        select(ToolTurn)
        .where(col(ToolTurn.answer_id).in_(message_ids), col(ToolTurn.state).in_(ENDED))
        .order_by(col(ToolTurn.round), col(ToolTurn.number))
    ).scalars()
    of: dict[int, list[CallTurn]] = {}
    for row in found:
        of.setdefault(row.answer_id or 0, []).append(_call(row))
    return {message_id: tuple(calls) for message_id, calls in of.items()}


def settle(session: Session, reply_id: int, version: int, answer_id: int | None) -> None:
    """The reply has ended: its calls hang on its answer, and what still waits to be allowed is refused."""
    its = (col(ToolTurn.reply_id) == reply_id, col(ToolTurn.version) == version)
    session.execute(update(ToolTurn).where(*its).values(answer_id=answer_id))
    left = (*its, col(ToolTurn.state).not_in(ENDED))
    session.execute(update(ToolTurn).where(*left).values(state=ToolState.REFUSED.value, ended_at=now()))


def forget(session: Session, message_ids: Sequence[int]) -> None:
    """Messages were changed or deleted: forget what results quote of them, and the calls of answers among them."""
    quoting = select(col(ToolQuote.tool_turn_id)).where(col(ToolQuote.message_id).in_(message_ids))
    session.execute(update(ToolTurn).where(col(ToolTurn.id).in_(quoting)).values(result=GONE))
    answers = select(col(Reply.id)).where(col(Reply.answer_id).in_(message_ids))
    session.execute(
        delete(ToolTurn).where(or_(col(ToolTurn.answer_id).in_(message_ids), col(ToolTurn.reply_id).in_(answers)))
    )


def _call(row: ToolTurn) -> CallTurn:
    return CallTurn(
        round=row.round,
        number=row.number,
        call_id=row.call_id,
        name=row.name,
        arguments=row.arguments,
        said=row.said,
        state=ToolState(row.state),
        result=row.result,
        question=row.question,
        row=row.id or 0,
    )
