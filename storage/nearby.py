"""What is at hand where a person is: the replies of a channel or thread, and what its channel is set up with."""

from dataclasses import dataclass

from sqlalchemy import Select, select, update
from sqlmodel import Session, col

from storage import workspaces
from storage.incoming import Place
from storage.states import UNSETTLED
from storage.tables import Channel, Persona, Reply, Thread, Workspace, now
from storage.words import Listening, Platform


@dataclass(frozen=True, slots=True)
class SetUp:
    """What a channel listens to, and the name of its persona; empty when it speaks without one."""

    listening: Listening
    persona: str


def set_up(session: Session, place: Place) -> SetUp:
    """How a channel is set up; nothing is kept of one that Parley has not met."""
    found = session.execute(
        select(col(Channel.listening), col(Persona.name))
        .select_from(Channel)
        .join(Workspace, col(Workspace.id) == Channel.workspace_id)
        .outerjoin(Persona, col(Persona.id) == Channel.persona_id)
        .where(
            col(Workspace.platform) == place.platform,
            col(Workspace.platform_id) == place.workspace_id,
            col(Channel.platform_id) == place.channel_id,
        )
    ).one_or_none()
    return SetUp(Listening(found[0]), found[1] or "") if found else SetUp(Listening.THREADS, "")


@dataclass(frozen=True, slots=True)
class Hearing:
    """The channels of a workspace that listen to every message, by their platform's ids, as of one revision."""

    revision: int
    channels: frozenset[str]


def hearing(session: Session, platform: Platform, platform_id: str, known: Hearing | None) -> Hearing | None:
    """Where every message is listened to; what is known of it while that holds, None for an unknown workspace."""
    named = {"platform": platform.value, "workspace": platform_id}
    found = workspaces.REVISION.first(session, named)
    if found is None:
        return None
    row, revision = found
    if known is not None and known.revision == revision:
        return known
    every = select(col(Channel.platform_id)).where(
        col(Channel.workspace_id) == row, col(Channel.listening) == Listening.EVERY
    )
    return Hearing(revision, frozenset(session.execute(every).scalars()))


def unsettled(session: Session, place: Place, posts_in: str) -> list[int]:
    """The replies that are made, or wait to be, in one place that replies are posted to; the newest first."""
    replies = _posted_in(session, place, posts_in).where(col(Reply.state).in_(UNSETTLED))
    return list(session.execute(replies.order_by(col(Reply.id).desc())).scalars())


def newest_settled(session: Session, place: Place, posts_in: str) -> int | None:
    """The newest reply there that is settled."""
    replies = _posted_in(session, place, posts_in).where(col(Reply.state).not_in(UNSETTLED))
    newest: int | None = session.execute(replies.order_by(col(Reply.id).desc()).limit(1)).scalar_one_or_none()
    return newest


def begin_anew(session: Session, place: Place, key: str, posts_in: str) -> None:
    """Let the next message of a thread begin a conversation of its own: the one before keeps its messages, and loses
    its key to the new one."""
    channel_id = workspaces.locate(session, place).channel_id
    before: int | None = session.execute(
        select(col(Thread.id)).where(col(Thread.channel_id) == channel_id, col(Thread.key) == key)
    ).scalar_one_or_none()
    if before is not None:
        session.execute(update(Thread).where(col(Thread.id) == before).values(key=f"{key}#{before}"))
    values = {"channel_id": channel_id, "key": key, "posts_in": posts_in, "created_at": now()}
    workspaces.insert_if_new(session, Thread, values)


def _posted_in(session: Session, place: Place, posts_in: str) -> Select[int | None]:
    channel_id = workspaces.locate(session, place).channel_id
    return (
        select(col(Reply.id))
        .join(Thread, col(Thread.id) == Reply.thread_id)
        .where(col(Thread.channel_id) == channel_id, col(Thread.posts_in) == posts_in)
    )
