"""What is written down of replies while they are made, so that another process can go on with them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, literal_column, select, update
from sqlmodel import Session, col

from storage.states import UNSETTLED, ReplyState, move
from storage.tables import Channel, Reply, Thread, Workspace, now, rows
from storage.words import Platform

REPLIES = rows(Reply).c
RUNNING: ColumnElement[str] = literal_column(f"'{ReplyState.RUNNING}'")
WRITE = (
    update(rows(Reply))
    .where(REPLIES.id == bindparam("reply"), REPLIES.epoch == bindparam("at_epoch"), REPLIES.state == RUNNING)
    .values(
        text_so_far=bindparam("text"),
        finish_reason=bindparam("finish"),
        model=bindparam("named"),
        tokens_in=bindparam("in"),
        tokens_out=bindparam("out"),
    )
)


@dataclass(frozen=True, slots=True)
class SoFar:
    """What the model has said of a reply; with a `finish_reason` it is all."""

    text: str = ""
    finish_reason: str = ""
    model: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """What a process that went down has left of a reply, and whether somebody had asked to stop it."""

    so_far: SoFar
    stopped: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A live reply as its row says: who may write it, and whether somebody asks to stop it."""

    reply_id: int
    epoch: int
    is_running: bool
    stop_asked: bool


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A process that makes a reply, and where."""

    platform: Platform
    workspace_id: str
    channel_id: str
    posts_in: str
    runner: str


def write_down(session: Session, said: Sequence[tuple[int, int, SoFar]]) -> None:
    """Keep what was said of replies, each with its id and epoch; one that another process runs now is left alone."""
    values = [
        {
            "reply": reply_id,
            "at_epoch": epoch,
            "text": so_far.text,
            "finish": so_far.finish_reason,
            "named": so_far.model,
            "in": so_far.tokens_in,
            "out": so_far.tokens_out,
        }
        for reply_id, epoch, so_far in sorted(said, key=lambda one: one[0])
    ]
    if values:
        session.connection().execute(WRITE, values)


def look(session: Session, said: Sequence[tuple[int, int, SoFar]], reply_ids: Sequence[int]) -> list[Row]:
    """Keep what was said, and read how the replies stand."""
    write_down(session, said)
    return rows_of(session, reply_ids)


def rows_of(session: Session, reply_ids: Sequence[int]) -> list[Row]:
    """How replies stand that this process makes."""
    found = session.execute(
        select(REPLIES.id, REPLIES.epoch, REPLIES.state, REPLIES.stop_asked_at).where(REPLIES.id.in_(reply_ids))
    )
    return [Row(row[0], row[1], row[2] == ReplyState.RUNNING, row[3] is not None) for row in found]


def left(session: Session, reply_id: int) -> Left:
    """What was written down of a reply by whoever ran it before."""
    reply = session.get_one(Reply, reply_id)
    said = SoFar(reply.text_so_far, reply.finish_reason, reply.model, reply.tokens_in, reply.tokens_out)
    return Left(said, reply.stop_asked_at is not None)


def ask_to_stop(session: Session, reply_id: int) -> bool:
    """End a reply that waits, and ask whichever process runs one to end it; false when it is settled already."""
    reply = session.get_one(Reply, reply_id, with_for_update=True)
    if reply.state not in UNSETTLED:
        return False
    if reply.state == ReplyState.QUEUED:
        reply.state, reply.settled_at = move(ReplyState.QUEUED, ReplyState.STOPPED).value, now()
    else:
        reply.stop_asked_at = now()
    return True


def make_ready(session: Session, thread_id: int) -> None:
    """What a queued reply waited for is there: it may be taken up."""
    queued = (col(Reply.thread_id) == thread_id, col(Reply.state) == ReplyState.QUEUED)
    session.execute(update(Reply).where(*queued).values(ready_at=None))


def is_waiting(session: Session, thread_id: int) -> bool:
    """Whether a reply is queued in a thread."""
    queued = (col(Reply.thread_id) == thread_id, col(Reply.state) == ReplyState.QUEUED)
    return session.execute(select(col(Reply.id)).where(*queued)).first() is not None


def makers(session: Session) -> int:
    """How many processes make replies right now."""
    runners = select(REPLIES.runner).where(REPLIES.state == RUNNING).distinct()
    return len(session.execute(runners).all())


def neighbours(session: Session, runner: str) -> list[Neighbour]:
    """Who makes replies right now in the workspaces where this process does."""
    mine = (
        select(col(Channel.workspace_id))
        .select_from(Reply)
        .join(Thread, col(Thread.id) == Reply.thread_id)
        .join(Channel, col(Channel.id) == Thread.channel_id)
        .where(REPLIES.state == RUNNING, REPLIES.runner == runner)
    )
    found = session.execute(
        select(
            col(Workspace.platform),
            col(Workspace.platform_id),
            col(Channel.platform_id),
            col(Thread.posts_in),
            REPLIES.runner,
        )
        .select_from(Reply)
        .join(Thread, col(Thread.id) == Reply.thread_id)
        .join(Channel, col(Channel.id) == Thread.channel_id)
        .join(Workspace, col(Workspace.id) == Channel.workspace_id)
        .where(REPLIES.state == RUNNING, col(Workspace.id).in_(mine))
        .distinct()
    )
    return [Neighbour(Platform(row[0]), *row[1:]) for row in found]
