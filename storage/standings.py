"""How replies stand: whose they are, and which wait or run."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal_column, select, union_all
from sqlmodel import Session, col

from storage import workspaces
from storage.incoming import Place
from storage.prepared import Prepared
from storage.states import UNSETTLED, ReplyState
from storage.tables import Channel, Message, Reply, Segment, Thread, Workspace
from storage.words import Platform

# A partial index for each state serves a statement that names it.
UNSETTLED_IDS = union_all(
    *(select(col(Reply.id)).where(col(Reply.state) == literal_column(f"'{state}'")) for state in UNSETTLED)
)
# Asked every other second, mostly to find nothing.
LEFT_OPEN = Prepared(
    select(col(Reply.id), col(Reply.thread_id), col(Reply.state), col(Workspace.platform))
    .join(Thread, col(Thread.id) == Reply.thread_id)
    .join(Channel, col(Channel.id) == Thread.channel_id)
    .join(Workspace, col(Workspace.id) == Channel.workspace_id)
    .where(col(Reply.id).in_(UNSETTLED_IDS))
    .order_by(col(Reply.id))
)


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A reply that an earlier process left behind."""

    reply_id: int
    thread_id: int
    state: ReplyState


def unsettled(session: Session, platforms: frozenset[Platform]) -> list[Unsettled]:
    """The replies on these platforms that no process has settled, oldest first."""
    found = LEFT_OPEN.all(session, {})
    return [Unsettled(row[0], row[1], ReplyState(row[2])) for row in found if row[3] in platforms]


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


def workspaces_of(session: Session, platform: Platform, posts_in: str, message_id: str) -> frozenset[str]:
    """The workspaces of the replies that a platform's message shows: one, as a rule."""
    rows = session.execute(
        select(col(Workspace.platform_id))
        .select_from(Segment)
        .join(Reply, col(Reply.id) == Segment.reply_id)
        .join(Thread, col(Thread.id) == Reply.thread_id)
        .join(Channel, col(Channel.id) == Thread.channel_id)
        .join(Workspace, col(Workspace.id) == Channel.workspace_id)
        .where(
            col(Segment.platform_id) == message_id,
            col(Thread.posts_in) == posts_in,
            col(Workspace.platform) == platform,
        )
    )
    return frozenset(rows.scalars())


def workspaces_with(session: Session, platform: Platform, channel_id: str) -> frozenset[str]:
    """The workspaces in which a channel is known: more than one where it is shared between them."""
    rows = session.execute(
        select(col(Workspace.platform_id))
        .join(Channel, col(Channel.workspace_id) == Workspace.id)
        .where(col(Channel.platform_id) == channel_id, col(Workspace.platform) == platform)
    )
    return frozenset(rows.scalars())


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


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many replies are in a state, and when the oldest of them was asked for."""

    count: int
    since: datetime | None


def unsettled_by_state(session: Session) -> dict[ReplyState, Waiting]:
    """How many replies wait, and how many are being made; found by the index of each state."""
    asked_at = func.min(func.coalesce(col(Reply.queued_at), col(Reply.created_at)))
    found = {}
    for state in sorted(UNSETTLED):
        of_state = select(func.count(), asked_at).where(col(Reply.state) == literal_column(f"'{state}'"))
        count, since = session.execute(of_state).one()
        found[state] = Waiting(count, since)
    return found
