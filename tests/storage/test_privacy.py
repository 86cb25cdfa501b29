import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, col, select

from storage import audit, backlogs, changes, claims, erasure, privacy, replies, threads, tool_turns, workspaces
from storage.audit import Actor
from storage.claims import Work
from storage.configurations import Manager, add_manager
from storage.database import Database, beside
from storage.incoming import Author, File, Place
from storage.replies import Outcome
from storage.states import ReplyState
from storage.tables import Attachment, Change, Message, Reply, ReplyRecord, Thread, Workspace
from storage.tool_turns import CallTurn
from storage.words import Deed, FileKind, Platform, ToolState
from tests.storage.samples import ADA, ANN, BEN, BILL, GENERAL, said

SECRET = "xylophone-4711"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
RECORD = json.dumps(
    {"state": "done", "layers": [{"source": "facts", "text": "Ann is here."}], "values": {"people": "Ann"}}
)


async def ask(database: Database, number: int, text: str, author: Author = ANN, **more: Any) -> Work:
    await database.run(threads.keep, said(number, text, author=author, **more))
    kept = await database.run(_last_thread)
    work = await database.run(claims.claim, kept, 50)
    assert work is not None
    return work


def _last_thread(session: Session) -> Any:
    return session.execute(select(col(Message.thread_id)).order_by(col(Message.id).desc()).limit(1)).scalar_one()


async def answer(database: Database, work: Work, text: str) -> None:
    await database.run(replies.add_segment, work, 0, f"s{work.reply_id}")
    outcome = Outcome(state=ReplyState.DONE, text=text, messages=1, record=RECORD, called=True)
    await database.run(replies.settle, work, outcome)


async def everything(database: Database) -> str:
    """Every value of every row."""

    def read(session: Session) -> str:
        tables = SQLModel.metadata.sorted_tables
        return repr([session.execute(table.select()).all() for table in tables])

    return await database.run(read)


async def count(database: Database, table: type[SQLModel]) -> int:
    return await database.run(lambda session: len(session.execute(select(table)).all()))


async def whole_conversation(database: Database) -> None:
    """Ann asks with a file and gets an answer by a tool; Ben asks as well; a summary covers all of it."""
    file = File(name=f"{SECRET}.txt", size=3, kind=FileKind.TEXT, text=SECRET, image=SECRET.encode())
    work = await ask(database, 1, f"What is {SECRET}?", files=(file,))
    call = CallTurn(round=0, number=0, call_id="c", name="search", arguments=SECRET)
    rows = await database.run(tool_turns.begin, work.reply_id, work.epoch, 1, [call])
    await database.run(tool_turns.end, rows[0], ToolState.DONE, SECRET, [work.trigger_row])
    await answer(database, work, f"It is {SECRET}.")
    await database.run(replies.again, work.reply_id)
    again = await database.run(claims.claim, work.thread_id, 50)
    assert again is not None
    await answer(database, again, f"Again: {SECRET}.")
    other = await ask(database, 2, "And bread?", BEN)
    call = CallTurn(round=0, number=0, call_id="c", name="search", arguments="bread")
    rows = await database.run(tool_turns.begin, other.reply_id, other.epoch, 1, [call])
    await database.run(tool_turns.end, rows[0], ToolState.DONE, f"Ann said {SECRET}", [work.trigger_row])
    await answer(database, other, "At noon.")
    found = await database.run(backlogs.backlog, work.thread_id, 99, 50)
    assert await database.run(backlogs.keep, work.thread_id, found, f"They spoke of {SECRET}.", BILL)


async def erase(database: Database, row: int, person_id: str) -> dict[str, int]:
    names = await database.run(erasure.names_of, row, person_id)
    counts, after = await database.run(erasure.forget_said, row, person_id, 0, 1)
    while after:
        more, after = await database.run(erasure.forget_said, row, person_id, after, 1)
        counts += more
    counts += await database.run(erasure.forget_named, row, person_id, names)
    return dict(counts)


async def test_what_is_too_old_is_deleted_with_all_that_was_made_of_it(database: Database) -> None:
    await whole_conversation(database)
    await database.run(workspaces.change, 1, ADA, Deed.RETENTION, "retention_days", 3)
    assert await database.run(privacy.sweep, datetime.now(UTC) + timedelta(days=2), 100) == 0
    assert await database.run(privacy.sweep, datetime.now(UTC) + timedelta(days=4), 100) == 5
    assert SECRET not in await everything(database)
    assert "bread" not in await everything(database)


async def test_a_sweep_deletes_no_more_at_once_than_it_may_and_comes_to_an_end(database: Database) -> None:
    await whole_conversation(database)
    later = datetime.now(UTC) + timedelta(days=40)
    counts = [await database.run(privacy.sweep, later, 2, 30) for _ in range(5)]
    assert counts == [2, 2, 1, 0, 0]
    assert SECRET not in await everything(database)


async def test_the_newest_rows_stay_without_their_texts_so_that_no_id_is_given_twice(database: Database) -> None:
    await answer(database, await ask(database, 1, SECRET), SECRET)
    await database.run(privacy.sweep, datetime.now(UTC) + timedelta(days=40), 10, 30)
    assert (await count(database, Reply), await count(database, Thread)) == (1, 1)
    newer = await ask(database, 2, "hello", thread_key="2")
    assert newer.reply_id == 2


async def test_nothing_is_deleted_where_nothing_is_ever_too_old(database: Database) -> None:
    await whole_conversation(database)
    assert await database.run(privacy.sweep, NOW + timedelta(days=20_000), 100) == 0


async def test_a_question_that_is_being_answered_is_not_deleted(database: Database) -> None:
    await ask(database, 1, SECRET)
    assert await database.run(privacy.sweep, NOW + timedelta(days=40), 10, 30) == 0


async def test_the_smaller_of_the_operators_and_the_workspaces_days_holds(database: Database) -> None:
    await whole_conversation(database)
    await database.run(workspaces.change, 1, ADA, Deed.RETENTION, "retention_days", 300)
    assert await database.run(privacy.sweep, datetime.now(UTC) + timedelta(days=31), 100, 30) == 5


async def test_a_whole_thread_that_is_too_old_is_gone_while_a_newer_one_stays(database: Database) -> None:
    await answer(database, await ask(database, 1, "old"), "old")
    fresh = datetime(2030, 1, 1, tzinfo=UTC)
    await ask(database, 2, "new", thread_key="2", sent_at=fresh)
    await database.run(privacy.sweep, datetime.now(UTC) + timedelta(days=40), 10, 30)
    texts = await database.run(lambda session: list(session.execute(select(col(Message.text))).scalars()))
    assert (texts, await count(database, Thread)) == (["new"], 1)


async def test_whoever_is_forgotten_leaves_nothing_said_and_no_name(database: Database) -> None:
    await whole_conversation(database)
    await database.run(replies.rate, 2, "U1", 1)
    counts = await erase(database, 1, "U1")
    left = await everything(database)
    assert SECRET not in left
    assert "Ann" not in left
    assert "'U1'" not in left
    assert counts == {"messages": 1, "answers": 2, "files": 1, "tool calls": 1, "records": 3, "opinions": 1}


async def test_what_others_said_stays_when_somebody_is_forgotten(database: Database) -> None:
    await whole_conversation(database)
    await erase(database, 1, "U1")
    work = await ask(database, 3, "And tea?", BEN)
    assert [turn.text for turn in work.turns] == ["And bread?", "At noon.", "And tea?"]


async def test_what_is_delivered_again_is_not_kept_again(database: Database) -> None:
    await ask(database, 1, SECRET)
    await erase(database, 1, "U1")
    assert not (await database.run(threads.keep, said(1, SECRET))).new
    assert SECRET not in await everything(database)


async def test_an_answer_under_way_to_somebody_who_is_forgotten_is_not_kept(database: Database) -> None:
    work = await ask(database, 1, SECRET)
    assert await database.run(erasure.unsettled, [1], "U1") == [work.reply_id]
    await erase(database, 1, "U1")
    with pytest.raises(replies.Fenced):
        await database.run(replies.settle, work, Outcome(state=ReplyState.DONE, text=SECRET))
    assert SECRET not in await everything(database)


async def test_the_audit_log_keeps_what_was_done_and_not_who_did_it(database: Database) -> None:
    await database.run(workspaces.workspace, Platform.SLACK, "T1")
    await database.run(workspaces.change, 1, Actor("U1", "Ann"), Deed.TIMEZONE, "timezone", "Europe/Brussels")
    await database.run(add_manager, 1, Actor("U9", "Ada"), Manager("person", "U1", "Ann"))
    assert (await erase(database, 1, "U1"))["changes"] == 2
    found = await database.run(audit.changes, 1)
    assert [(one.deed, one.actor_name) for one in found] == [
        ("managers.add", "Ada"),
        ("timezone", erasure.FORGOTTEN),
    ]
    assert "Ann" not in await everything(database)


async def test_a_slack_id_is_that_of_one_workspace_and_a_discord_id_is_everywhere_the_same(database: Database) -> None:
    for platform, id_ in (
        (Platform.SLACK, "T1"),
        (Platform.SLACK, "T2"),
        (Platform.DISCORD, "1"),
        (Platform.DISCORD, "2"),
    ):
        await database.run(workspaces.workspace, platform, id_)
    assert await database.run(erasure.scope, Platform.SLACK, "T2") == [2]
    assert await database.run(erasure.scope, Platform.DISCORD, "1") == [3, 4]


async def test_a_persons_direct_conversation_is_deleted_as_a_whole(database: Database) -> None:
    place = Place(platform=Platform.DISCORD, workspace_id="dm:5", channel_id="77")
    work = await ask(database, 1, SECRET, Author(id="5", name="Eva"), place=place)
    await answer(database, work, SECRET)
    await database.run(workspaces.change, 1, Actor("5", "Eva"), Deed.PROMPT_SET, "prompt", SECRET)
    assert await database.run(erasure.close_direct, 1, "5")
    left = await everything(database)
    assert (SECRET in left, "dm:5" in left, "Eva" in left) == (False, False, False)
    assert await count(database, Change) == 0
    assert await database.run(workspaces.workspace, Platform.DISCORD, "dm:5") == 2
    assert not await database.run(erasure.close_direct, 2, "6")


async def test_a_deleted_answer_takes_its_earlier_versions_with_it(database: Database) -> None:
    await whole_conversation(database)
    await database.run(changes.remove, GENERAL, "s1")
    texts = await database.run(lambda session: list(session.execute(select(col(Message.text))).scalars()))
    assert not any(text.startswith(("It is", "Again")) for text in texts)


async def test_nothing_of_what_was_deleted_is_left_in_the_files_of_sqlite(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/parley.db"
    database = await Database.open(url)
    await whole_conversation(database)
    assert await database.scrub()
    assert SECRET.encode() in (tmp_path / "parley.db").read_bytes()
    await erase(database, 1, "U1")
    assert await database.scrub()
    assert _bytes(url) == 0
    last = await ask(database, 3, SECRET, BEN)
    await answer(database, last, SECRET)
    await database.run(privacy.sweep, datetime.now(UTC) + timedelta(days=40), 100, 30)
    assert await database.scrub()
    assert _bytes(url) == 0
    await database.close()


def _bytes(url: str) -> int:
    """How often the secret stands in the database's files."""
    folder = beside(url, "wal").parent
    return sum(path.read_bytes().count(SECRET.encode()) for path in folder.iterdir() if path.is_file())


async def test_the_log_cannot_be_emptied_while_somebody_reads(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite:///{tmp_path}/parley.db")
    other = await Database.open(f"sqlite:///{tmp_path}/parley.db")
    await ask(database, 1, "hello")
    assert await database.scrub()
    await other.close()
    await database.close()


def test_a_record_forgets_its_facts_and_keeps_the_rest() -> None:
    assert json.loads(privacy.without_facts(RECORD)) == {"state": "done", "layers": [{"source": "facts"}]}


async def test_files_and_records_are_gone_as_rows(database: Database) -> None:
    await whole_conversation(database)
    await erase(database, 1, "U1")
    assert await count(database, Attachment) == 0
    assert await count(database, ReplyRecord) == 1
    assert await count(database, Workspace) == 1
