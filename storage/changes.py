"""What happens to messages after they were kept: people edit and delete them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from storage import attachments, workspaces
from storage.incoming import Place
from storage.states import UNSETTLED, ReplyState
from storage.tables import Message, Reply, Segment, Thread, now


@dataclass(frozen=True, slots=True)
class Removed:
    """What a deletion concerned: the running reply that has lost its question or one of its own messages, if any."""

    reply_id: int | None = None


def edit(session: Session, place: Place, message_id: str, text: str, edited_at: datetime) -> bool:
    """Give a kept message its new text; false when it was not kept, or says that already."""
    message = _find(session, place, message_id)
    if message is None or message.deleted_at is not None or message.text == text:
        return False
    message.text, message.edited_at = text, edited_at
    return True


def remove(session: Session, place: Place, message_id: str) -> Removed:
    """Forget what a deleted message said and who said it. Its queued reply is called off."""
    message = _find(session, place, message_id)
    if message is None:
        return _removed_answer(session, place, message_id)
    message.text, message.author_name, message.deleted_at = "", "", now()
    attachments.forget(session, _id(message))
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
    if reply.answer_id is not None:
        gone = {"text": "", "deleted_at": now()}
        session.execute(update(Message).where(col(Message.id) == reply.answer_id).values(gone))
    return Removed()


def _reply_showing(session: Session, place: Place, message_id: str) -> Reply | None:
    """The reply that one of Parley's own messages is a segment of."""
    channel_id = workspaces.locate(session, place).channel_id
    found: Reply | None = session.execute(
        select(Reply)
        .join(Segment, col(Segment.reply_id) == Reply.id)
        .join(Thread, col(Thread.id) == Reply.thread_id)
        .where(col(Segment.platform_id) == message_id, col(Thread.channel_id) == channel_id)
    ).scalar_one_or_none()
    return found
