"""Replies: written down segment by segment, settled, and asked for again, each step one transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlmodel import Session, col

from storage import records, spending, summaries, tool_turns, workspaces
from storage.claims import Work
from storage.prepared import Prepared
from storage.spending import Bill
from storage.states import UNSETTLED, IllegalMove, ReplyState, move
from storage.tables import Feedback, Message, Reply, Segment, Thread, now, rows
from storage.words import AuthorKind, Role

REPLIES = rows(Reply).c
OWNED = Prepared(
    select(REPLIES.state).where(REPLIES.id == bindparam("reply"), REPLIES.epoch == bindparam("epoch")).with_for_update()
)
TOOK = (
    "error",
    "model",
    "endpoint",
    "persona_name",
    "finish_reason",
    "tokens_in",
    "tokens_out",
    "tokens_cached",
    "tokens_reasoning",
    "cost_microusd",
    "first_token_at",
    "first_shown_at",
)
SETTLED = (*TOOK, "state", "answer_id", "text_so_far", "settled_at")
SETTLE = Prepared(
    update(rows(Reply)).where(REPLIES.id == bindparam("reply")).values({name: bindparam(name) for name in SETTLED})
)


# The number of the message that points to a finished answer: it comes after all that show it.
POINTER = 1_000_000


class Fenced(RuntimeError):
    """Another process has taken this reply over: keep your hands off it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a reply ended: its state, the text the model gave, and what it took.

    `messages` is how many platform messages show it; 0 when that is not known. With `pointed` a further one points to
    them. `record` is what this version of it was made from, where that is known. `called` holds when tools were called
    for it, `told` when it tells people that older messages were left out, and `reserved` when something was set aside
    for it to spend; `bill` is what it spent.
    """

    state: ReplyState
    messages: int = 0
    pointed: bool = False
    text: str = ""
    error: str = ""
    model: str = ""
    endpoint: str = ""
    persona_name: str = ""
    finish_reason: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    tokens_cached: int | None = None
    tokens_reasoning: int | None = None
    cost_microusd: int | None = None
    first_token_at: datetime | None = None
    first_shown_at: datetime | None = None
    record: str = ""
    called: bool = False
    told: bool = False
    bill: Bill | None = None
    reserved: bool = False


def add_segment(session: Session, work: Work, number: int, platform_id: str) -> None:
    """Write down a platform message of a reply. Raises Fenced when another process runs the reply now."""
    _check_owned(session, work)
    values = {"reply_id": work.reply_id, "number": number, "platform_id": platform_id}
    if workspaces.insert_if_new(session, Segment, values) is None:
        its = (col(Segment.reply_id) == work.reply_id, col(Segment.number) == number)
        session.execute(update(Segment).where(*its).values(platform_id=platform_id))
    if work.begins_thread and number == 0:
        begun = (col(Thread.id) == work.thread_id, col(Thread.key) == work.thread_key)
        session.execute(update(Thread).where(*begun).values(key=platform_id))


def settle(session: Session, work: Work, outcome: Outcome) -> None:
    """Store the answer and the end of a reply. Raises Fenced, or IllegalMove when it has ended otherwise.

    To settle it again in the same way changes nothing: the answer to a commit may be lost.
    """
    state = _check_owned(session, work)
    if state is outcome.state:
        return
    move(state, outcome.state)
    if work.segments and outcome.messages:
        gone = (col(Segment.reply_id) == work.reply_id, col(Segment.number) >= outcome.messages)
        kept = (col(Segment.number) != POINTER,) if outcome.pointed else ()
        session.execute(delete(Segment).where(*gone, *kept))
    moment = now()
    values = {column: getattr(outcome, column) for column in TOOK} | {
        "state": outcome.state.value,
        "answer_id": _insert_answer(session, work, outcome.text) if outcome.text else None,
        "text_so_far": "",
        "settled_at": moment,
    }
    SETTLE.all(session, values | {"reply": work.reply_id})
    if outcome.called:
        tool_turns.settle(session, work.reply_id, work.version, values["answer_id"])
    if outcome.told and outcome.messages:
        summaries.told(session, work.thread_id, work.reply_id)
    if outcome.bill is not None:
        spending.add(session, outcome.bill)
    if outcome.reserved or work.attempt > 1:
        spending.release(session, work.reply_id)
    if outcome.record:
        records.keep(session, work.reply_id, work.version, moment, outcome.record)


def _insert_answer(session: Session, work: Work, text: str) -> int | None:
    moment = now()
    values = {
        "channel_id": work.channel_row,
        "thread_id": work.thread_id,
        "platform_id": None,
        "position": work.seen_position,
        "role": Role.ASSISTANT.value,
        "author_kind": AuthorKind.SELF.value,
        "author_id": "",
        "author_name": "",
        "text": text,
        "sent_at": moment,
        "created_at": moment,
    }
    return workspaces.insert_if_new(session, Message, values)


def _check_owned(session: Session, work: Work) -> ReplyState:
    """The state of a reply that is still this process's to write; raises Fenced when it is not."""
    state = OWNED.value(session, {"reply": work.reply_id, "epoch": work.epoch})
    if state is None:
        raise Fenced(f"reply {work.reply_id} is run by another process")
    return ReplyState(state)


def again(session: Session, reply_id: int, posts_in: str = "") -> None:
    """Have a further version of a settled reply made; the one before stays in storage, out of the history.

    It counts as one that was left behind. What is asked while a reply is queued is answered by that, and a further
    version answers nothing new: it must not wait in that place. With `posts_in`, that is where its conversation posts
    from now on. Raises IllegalMove when it is not settled, or when another reply of its thread is not.
    """
    reply = _existing(session, reply_id)
    workspaces.lock_thread(session, reply.thread_id)
    session.refresh(reply)
    unsettled = select(col(Reply.id)).where(col(Reply.thread_id) == reply.thread_id, col(Reply.state).in_(UNSETTLED))
    if session.execute(unsettled).first() is not None:
        raise IllegalMove("another reply of this thread is not settled")
    # A reply that comes to be queued puts its thread's job in.
    reply.state = move(ReplyState(reply.state), ReplyState.QUEUED).value
    session.flush()
    reply.state = move(ReplyState.QUEUED, ReplyState.RUNNING).value
    if posts_in:
        session.execute(update(Thread).where(col(Thread.id) == reply.thread_id).values(posts_in=posts_in))
    reply.version += 1
    reply.attempts, reply.text_so_far, reply.finish_reason, reply.stop_asked_at = 0, "", "", None
    reply.queued_at, reply.settled_at = now(), None
    if reply.answer_id is not None:
        session.execute(update(Message).where(col(Message.id) == reply.answer_id).values(replaced_at=now()))
        summaries.forget(session, [reply.answer_id])
        reply.answer_id = None


def rate(session: Session, reply_id: int, person_id: str, value: int) -> None:
    """Keep what a person thinks of a reply: 1 or -1; a second opinion replaces the first."""
    known = session.execute(
        select(Feedback).where(col(Feedback.reply_id) == reply_id, col(Feedback.person_id) == person_id)
    ).scalar_one_or_none()
    if known is None:
        session.add(Feedback(reply_id=reply_id, person_id=person_id, value=value))
        return
    known.value, known.given_at = value, now()


def _existing(session: Session, reply_id: int) -> Reply:
    reply = session.get(Reply, reply_id)
    if reply is None:
        raise LookupError(f"there is no reply {reply_id}")
    return reply
