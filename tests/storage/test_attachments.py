from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from storage import attachments, changes, claims, threads
from storage.database import Database
from storage.incoming import File
from storage.tables import Attachment, Message, now
from storage.words import FileKind
from tests.storage.samples import GENERAL, said

NOTES = File(name="notes.txt", size=5, source="https://files.example/secret")
READ = File(name="notes.txt", size=5, kind=FileKind.TEXT, text="bread")


def picture(number: int) -> File:
    return File(name=f"{number}.png", kind=FileKind.IMAGE, image=bytes([number]))


def kept(session: Session) -> int:
    return int(session.execute(select(func.count()).select_from(Attachment)).scalar_one())


async def files(database: Database) -> list[tuple[File, ...]]:
    work = await database.run(claims.claim, 1, 100)
    assert work is not None
    return [turn.files for turn in work.turns]


async def test_what_was_read_of_a_file_belongs_to_its_turn(database: Database) -> None:
    await database.run(threads.keep, said(1, files=(NOTES, NOTES)))
    await database.run(threads.keep, said(2))
    await database.run(attachments.fill, GENERAL, "1", [READ, READ])
    assert await files(database) == [(READ, READ), ()]


async def test_a_reply_waits_for_files_but_not_for_long(database: Database) -> None:
    await database.run(threads.keep, said(1, files=(NOTES,)))
    assert await database.run(claims.claim, 1, 10) is None
    early = now() - attachments.PATIENCE - timedelta(seconds=1)
    await database.run(lambda session: session.execute(update(Message).values(created_at=early)))
    assert [file.kind for file in (await files(database))[0]] == [FileKind.PENDING]


async def test_files_of_another_thread_keep_nobody_waiting(database: Database) -> None:
    await database.run(threads.keep, said(1))
    await database.run(threads.keep, said(2, thread_key="2", files=(NOTES,)))
    assert await files(database) == [()]


async def test_what_an_earlier_process_was_fetching_is_left_out(database: Database) -> None:
    await database.run(threads.keep, said(1, files=(NOTES,)))
    await database.run(attachments.give_up, "restarted")
    assert [(file.kind, file.note) for file in (await files(database))[0]] == [(FileKind.LEFT_OUT, "restarted")]


async def test_a_second_delivery_announces_nothing_again(database: Database) -> None:
    for _ in range(2):
        await database.run(threads.keep, said(1, files=(NOTES,)))
    assert await database.run(kept) == 1


async def test_only_the_newest_pictures_come_with_their_bytes(database: Database) -> None:
    for number in range(1, claims.IMAGES + 3):
        await database.run(threads.keep, said(number, files=(picture(number),)))
    images = [file.image for (file,) in await files(database)]
    assert images == [b"", b"", *(bytes([number]) for number in range(3, claims.IMAGES + 3))]


async def test_a_deleted_message_takes_its_files_with_it_also_those_still_under_way(database: Database) -> None:
    await database.run(threads.keep, said(1, files=(NOTES,)))
    await database.run(changes.remove, GENERAL, "1")
    await database.run(attachments.fill, GENERAL, "1", [READ])
    assert await database.run(kept) == 0


async def test_no_picture_is_larger_than_the_schema_allows(database: Database) -> None:
    large = File(name="large.png", kind=FileKind.IMAGE, image=bytes(1_000_001))
    with pytest.raises(IntegrityError):
        await database.run(threads.keep, said(1, files=(large,)))


async def test_where_a_file_came_from_is_not_kept(database: Database) -> None:
    await database.run(threads.keep, said(1, files=(NOTES,)))
    row = await database.run(lambda session: session.execute(select(col(Attachment.name), Attachment)).one())
    assert "files.example" not in repr(row)


async def test_a_file_that_an_edit_removes_is_forgotten(database: Database) -> None:
    other = File(name="other.txt", size=7, kind=FileKind.TEXT, text="rye")
    await database.run(threads.keep, said(1, files=(READ, other)))
    edited = await database.run(changes.edit, GENERAL, "1", "hello", now(), [("notes.txt", 5)])
    assert edited.changed
    assert [[file.name for file in its] for its in await files(database)] == [["notes.txt"]]
    assert not (await database.run(changes.edit, GENERAL, "1", "hello", now(), [("notes.txt", 5)])).changed
    assert not (await database.run(changes.edit, GENERAL, "1", "hello", now(), None)).changed
