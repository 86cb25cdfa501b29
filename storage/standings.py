"""How replies stand: whose they are, and which wait or run."""

from dataclasses import dataclass

from sqlalchemy import func, literal_column, select, union_all
from sqlmodel import Session, col

from storage import workspaces
from storage.incoming import Place
from storage.states import UNSETTLED, ReplyState
from storage.tables import Channel, Message, Reply, Thread, Workspace
from storage.words import Platform

# A partial index for each state serves a statement that names it.
UNSETTLED_IDS = union_all(
    *(select(col(Reply.id)).where(col(Reply.state) == literal_column(f"'{state}'")) for state in UNSETTLED)
)


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A reply that an earlier process left behind."""

    reply_id: int
    thread_id: int
    state: ReplyState


def unsettled(session: Session, platforms: frozenset[Platform]) -> list[Unsettled]:
    """The replies on these platforms that no process has settled, oldest first."""
    rows = session.execute(
        select(col(Reply.id), col(Reply.thread_id), col(Reply.state))
        .join(Thread, col(Thread.id) == Reply.thread_id)
        .join(Channel, col(Channel.id) == Thread.channel_id)
        .join(Workspace, col(Workspace.id) == Channel.workspace_id)
        .where(col(Reply.id).in_(UNSETTLED_IDS), col(Workspace.platform).in_(platforms))
        .order_by(col(Reply.id))
    )
    return [Unsettled(reply_id, thread_id, ReplyState(state)) for reply_id, thread_id, state in rows]


def unsettled_in(session: Session, platform: Platform, workspace_id: str) -> list[int]:
    """The replies in a workspace that are queued or running, oldest first."""
    rows = session.execute(
        select(col(Reply.id))
        .join(Thread, col(Thread.id) == Reply.thread_id)
        .join(Channel, col(Channel.id) == Thread.channel_id)
        .join(Workspace, col(Workspace.id) == Channel.workspace_id)
        .where(
            col(Reply.state).in_(UNSETTLED),
            col(Workspace.platform) == platform,
            col(Workspace.platform_id) == workspace_id,
        )
        .order_by(col(Reply.id))
    )
    return list(rows.scalars())


@dataclass(frozen=True, slots=True)
class Standing:
    """Whose a reply is and how it stands, for deciding who may do what with it."""

    platform: Platform
    workspace_id: str
    channel_id: str
    thread_id: int
    asker_id: str
    state: ReplyState


def standing(session: Session, reply_id: int) -> Standing | None:
    """None when there is no such reply."""
    row = session.execute(
        select(
            col(Workspace.platform),
            col(Workspace.platform_id),
            col(Channel.platform_id),
            col(Reply.thread_id),
            col(Message.author_id),
            col(Reply.state),
        )
        .select_from(Reply)
        .join(Thread, col(Thread.id) == Reply.thread_id)
        .join(Channel, col(Channel.id) == Thread.channel_id)
        .join(Workspace, col(Workspace.id) == Channel.workspace_id)
        .join(Message, col(Message.id) == Reply.trigger_id)
        .where(col(Reply.id) == reply_id)
    ).one_or_none()
    if row is None:
        return None
    return Standing(Platform(row[0]), row[1], row[2], row[3], row[4], ReplyState(row[5]))


def running_in(session: Session, place: Place, thread_key: str) -> int | None:
    """The reply that is queued or running in a thread, if any."""
    channel_id = workspaces.locate(session, place).channel_id
    found: int | None = session.execute(
        select(col(Reply.id))
        .join(Thread, col(Thread.id) == Reply.thread_id)
        .where(col(Thread.channel_id) == channel_id, col(Thread.key) == thread_key, col(Reply.state).in_(UNSETTLED))
        .order_by(col(Reply.state).desc())
        .limit(1)
    ).scalar_one_or_none()
    return found


def count_by_state(session: Session) -> dict[ReplyState, int]:
    """How many replies are in each state."""
    rows = session.execute(select(col(Reply.state), func.count()).group_by(col(Reply.state)))
    return {ReplyState(state): count for state, count in rows}
