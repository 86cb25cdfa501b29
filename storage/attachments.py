"""The files beside messages: announced with the message, filled in when they were read, gone with it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, delete, exists, insert, select, update
from sqlmodel import Session, col

from storage import workspaces
from storage.incoming import File, Place
from storage.tables import IS_PENDING, Attachment, Message, now, rows
from storage.words import FileKind

# A reply waits no longer than this for files that are being fetched.
PATIENCE = timedelta(seconds=30)

FILES, MESSAGES = rows(Attachment).c, rows(Message).c
# Asked of the few files that are pending, not of the many messages of a thread.
THREAD_OF_FILE = (
    select(MESSAGES.thread_id)
    .where(MESSAGES.id == FILES.message_id, MESSAGES.created_at > bindparam("waited"))
    .correlate(rows(Attachment))
    .scalar_subquery()
)
PENDING_IN_THREAD = exists(select(FILES.id).where(IS_PENDING, bindparam("thread") == THREAD_OF_FILE))
BESIDE_MESSAGE = exists(select(FILES.id).where(FILES.message_id == MESSAGES.id).correlate(rows(Message)))


def announce(session: Session, message_id: int, files: Sequence[File]) -> None:
    """Keep what is known of a new message's files."""
    rows = [{"message_id": message_id, "number": number, **_values(file)} for number, file in enumerate(files)]
    if rows:
        session.execute(insert(Attachment), rows)


def fill(session: Session, place: Place, platform_id: str, files: Sequence[File]) -> None:
    """Keep what was read of a message's announced files, in their order; those of a deleted message are gone."""
    channel_id = workspaces.locate(session, place).channel_id
    message_id = (
        select(col(Message.id))
        .where(col(Message.channel_id) == channel_id, col(Message.platform_id) == platform_id)
        .scalar_subquery()
    )
    for number, file in enumerate(files):
        its = (col(Attachment.message_id) == message_id, col(Attachment.number) == number)
        session.execute(update(Attachment).where(*its).values(_values(file)))


def forget(session: Session, message_id: int) -> None:
    """Delete the files of one message."""
    session.execute(delete(Attachment).where(col(Attachment.message_id) == message_id))


def keep_only(session: Session, message_id: int, left: Sequence[tuple[str, int]]) -> bool:
    """Delete the files of a message but for those with these names and sizes; whether there were such."""
    found = session.execute(select(FILES.id, FILES.name, FILES.size).where(FILES.message_id == message_id)).all()
    gone = [row.id for row in found if (row.name, row.size) not in left]
    session.execute(delete(Attachment).where(col(Attachment.id).in_(gone)))
    return bool(gone)


def give_up(session: Session, note: str, older_than: timedelta = timedelta()) -> None:
    """Leave out whatever an earlier process was fetching when it went down."""
    messages = select(col(Message.id)).where(col(Message.created_at) <= now() - older_than)
    session.execute(
        update(Attachment)
        .where(col(Attachment.kind) == FileKind.PENDING, col(Attachment.message_id).in_(messages))
        .values(kind=FileKind.LEFT_OUT.value, note=note)
    )


def of_messages(session: Session, message_ids: Sequence[int], newest_images: int) -> dict[int, tuple[File, ...]]:
    """The files of each of the messages; only the newest pictures come with their bytes."""
    if not message_ids:
        return {}
    found = session.execute(
        select(FILES.id, FILES.message_id, FILES.name, FILES.size, FILES.kind, FILES.note, FILES.text)
        .where(FILES.message_id.in_(message_ids))
        .order_by(FILES.message_id, FILES.number)
    ).all()
    pictures = [row.id for row in found if row.kind == FileKind.IMAGE]
    images = _images(session, pictures[max(0, len(pictures) - newest_images) :])
    files: dict[int, list[File]] = {}
    for file_id, message_id, name, size, kind, note, text in found:
        image = images.get(file_id, b"")
        file = File(name=name, size=size, kind=FileKind(kind), note=note, text=text, image=image)
        files.setdefault(message_id, []).append(file)
    return {message_id: tuple(its) for message_id, its in files.items()}


def _images(session: Session, ids: list[int]) -> dict[int, bytes]:
    if not ids:
        return {}
    found = session.execute(select(FILES.id, FILES.image).where(FILES.id.in_(ids)))
    return {row.id: bytes(row.image) for row in found}


def _values(file: File) -> dict[str, Any]:
    return {
        "name": file.name,
        "size": file.size,
        "kind": file.kind.value,
        "note": file.note,
        "text": file.text,
        "image": file.image,
    }
