"""What happens to messages after they were kept: people edit and delete them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import Session, col

from storage import attachments, privacy, summaries, tool_turns, workspaces
from storage.incoming import Place
from storage.replies import POINTER
from storage.states import UNSETTLED, ReplyState
from storage.tables import Message, Reply, Segment, Thread, now
from storage.words import Refusal

# Slack tells the second of an edit, and of some edits the microsecond of the event: within one, either may be newer.
SAME_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Removed:
    """What a deletion concerned: the running reply that has lost its question or one of its own messages, if any."""

    reply_id: int | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A version of a settled reply, and the last message that shows it."""

    reply_id: int
    version: int
    message_id: str


@dataclass(frozen=True, slots=True)
class Edited:
    """Whether a message says something else now; and the answer to it that people see, if it is a question."""

    changed: bool
    answered: Answered | None = None


def edit(
    session: Session,
    place: Place,
    message_id: str,
    text: str,
    edited_at: datetime,
    files: Sequence[tuple[str, int]] | None = None,
) -> Edited:
    """Give a kept message its new text; nothing changes when it was not kept, says that already, or was edited since.

    `files` are the names and sizes of those that it still has, where that is known: others are forgotten.
    """
    message = _find(session, place, message_id)
    if message is None or message.deleted_at is not None:
        return Edited(changed=False)
    if message.edited_at is not None and message.edited_at - edited_at >= SAME_MOMENT:
        return Edited(changed=False)
    fewer = files is not None and attachments.keep_only(session, _id(message), files)
    if message.text == text and not fewer:
        return Edited(changed=False)
    message.text, message.edited_at = text, edited_at
    tool_turns.forget(session, [_id(message)])
    summaries.forget(session, [_id(message)])
    return Edited(True, _answered(session, _id(message)))


def still_shows(session: Session, answered: Answered) -> bool:
    """Whether this is how the reply stands still: it is neither gone nor made anew."""
    its = (col(Reply.id) == answered.reply_id, col(Reply.version) == answered.version)
    settled = select(col(Reply.id)).where(*its, col(Reply.state).not_in(UNSETTLED))
    return session.execute(settled).first() is not None


def _answered(session: Session, message_id: int) -> Answered | None:
    """The answer to a question; of one that was refused there is none."""
    found = session.execute(
        select(col(Reply.id), col(Reply.version), col(Segment.platform_id))
        .join(Segment, col(Segment.reply_id) == Reply.id)
        .where(col(Reply.trigger_id) == message_id, col(Segment.number) != POINTER)
        .where(col(Reply.state).not_in(UNSETTLED), col(Reply.error).not_in(list(Refusal)))
        .order_by(col(Segment.number).desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else Answered(*found)


def remove(session: Session, place: Place, message_id: str) -> Removed:
    """Forget what a deleted message said and who said it. Its queued reply is called off."""
    message = _find(session, place, message_id)
    if message is None:
        return _removed_answer(session, place, message_id)
    message.text, message.author_name, message.deleted_at = "", "", now()
    attachments.forget(session, _id(message))
    tool_turns.forget(session, [_id(message)])
    summaries.forget(session, [_id(message)])
    reply = session.execute(
        select(Reply).where(col(Reply.trigger_id) == message.id, col(Reply.state).in_(UNSETTLED))
    ).scalar_one_or_none()
    if reply is None:
        return Removed()
    if reply.state == ReplyState.QUEUED:
        values = {"state": ReplyState.STOPPED.value, "settled_at": now()}
        session.execute(update(Reply).where(col(Reply.id) == reply.id).values(values))
        return Removed()
    return Removed(reply.id)


def _find(session: Session, place: Place, message_id: str) -> Message | None:
    channel_id = workspaces.locate(session, place).channel_id
    found: Message | None = session.execute(
        select(Message).where(col(Message.channel_id) == channel_id, col(Message.platform_id) == message_id)
    ).scalar_one_or_none()
    return found


def _id(message: Message) -> int:
    if message.id is None:
        raise LookupError("this message was never stored")
    return message.id


def _removed_answer(session: Session, place: Place, message_id: str) -> Removed:
    """One of Parley's own messages is gone: a running reply is to end, a settled answer is forgotten."""
    reply = _reply_showing(session, place, message_id)
    if reply is None:
        return Removed()
    if reply.state == ReplyState.RUNNING:
        return Removed(reply.id)
    versions = privacy.answers_to(session, [reply.trigger_id])
    gone = {"text": "", "deleted_at": now()}
    session.execute(update(Message).where(col(Message.id).in_(versions)).values(gone))
    tool_turns.forget(session, versions)
    summaries.forget(session, versions)
    return Removed()


def _reply_showing(session: Session, place: Place, message_id: str) -> Reply | None:
    """The reply that one of Parley's own messages shows a part of; what only points to it shows nothing."""
    channel_id = workspaces.locate(session, place).channel_id
    found: Reply | None = session.execute(
        select(Reply)
        .join(Segment, col(Segment.reply_id) == Reply.id)
        .join(Thread, col(Thread.id) == Reply.thread_id)
        .where(
            col(Segment.platform_id) == message_id,
            col(Segment.number) != POINTER,
            col(Thread.channel_id) == channel_id,
        )
    ).scalar_one_or_none()
    return found
