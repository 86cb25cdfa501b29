from datetime import UTC, datetime

import pytest

from storage import changes, claims, replies, searching, threads, tool_turns
from storage.claims import Work
from storage.database import Database
from storage.replies import Outcome
from storage.states import ReplyState
from storage.tool_turns import GONE, CallTurn, TakenOver
from storage.words import Role, ToolState
from tests.storage.samples import GENERAL, said


def call(number: int = 0, **more: object) -> CallTurn:
    values = {"round": 0, "number": number, "call_id": f"call_{number}", "name": "look", "arguments": "{}"}
    return CallTurn(**(values | more))  # type: ignore[arg-type]


async def asked(database: Database, number: int = 1, text: str = "hello") -> Work:
    await database.run(threads.keep, said(number, text))
    work = await database.run(claims.claim, 1, 10)
    assert work is not None
    return work


async def begun(database: Database, work: Work, *calls: CallTurn) -> list[int]:
    return await database.run(tool_turns.begin, work.reply_id, work.epoch, work.version, calls)


async def settled(database: Database, work: Work, text: str = "Done.") -> None:
    await database.run(replies.settle, work, Outcome(state=ReplyState.DONE, text=text, called=True))


async def test_calls_are_read_with_the_answer_that_they_led_to(database: Database) -> None:
    work = await asked(database)
    first, second = await begun(database, work, call(0, said="Let me see."), call(1))
    await database.run(tool_turns.end, first, ToolState.DONE, "one")
    await database.run(tool_turns.end, second, ToolState.FAILED, "two")
    await settled(database, work)
    again = await asked(database, 2)
    answer = next(turn for turn in again.turns if turn.role is Role.ASSISTANT)
    assert [(one.name, one.result, one.state.value) for one in answer.calls] == [
        ("look", "one", "done"),
        ("look", "two", "failed"),
    ]
    assert answer.calls[0].said == "Let me see."
    assert all(not turn.calls for turn in again.turns if turn.role is Role.USER)


async def test_whoever_lost_the_reply_may_call_nothing_for_it(database: Database) -> None:
    work = await asked(database)
    await database.run(claims.take_over, work.reply_id)
    with pytest.raises(TakenOver):
        await begun(database, work, call())


async def test_a_call_is_decided_once(database: Database) -> None:
    work = await asked(database)
    (row,) = await begun(database, work, call(state=ToolState.ASKING))
    assert await database.run(tool_turns.decide, row, ToolState.ALLOWED, "Ann")
    assert not await database.run(tool_turns.decide, row, ToolState.REFUSED, "Ben")
    assert await database.run(tool_turns.decision, row) == (ToolState.ALLOWED, "Ann")


async def test_what_still_waits_when_the_reply_ends_is_refused(database: Database) -> None:
    work = await asked(database)
    (row,) = await begun(database, work, call(state=ToolState.ASKING))
    await settled(database, work)
    assert not await database.run(tool_turns.decide, row, ToolState.ALLOWED, "Ann")


async def test_what_a_result_quotes_goes_with_the_message(database: Database) -> None:
    work = await asked(database, 1, "the code is 4711")
    found = await database.run(searching.search, work.workspace_row, ["code"], 10)
    (row,) = await begun(database, work, call())
    quotes = [one.message_id for one in found]
    await database.run(tool_turns.end, row, ToolState.DONE, "Ann: the code is 4711", quotes)
    await settled(database, work)
    await database.run(changes.edit, GENERAL, "1", "the code is gone", datetime.now(UTC))
    again = await asked(database, 2)
    assert [one.result for turn in again.turns for one in turn.calls] == [GONE]


async def test_the_search_knows_words_in_any_case_and_takes_signs_literally(database: Database) -> None:
    await database.run(threads.keep, said(1, "Ärger mit 100 % der Kessel"))
    work = await asked(database, 2, "100 times")
    found = await database.run(searching.search, work.workspace_row, ["ärger"], 10)
    assert [one.text for one in found] == ["Ärger mit 100 % der Kessel"]
    found = await database.run(searching.search, work.workspace_row, ["100 %"], 10)
    assert [one.text for one in found] == ["Ärger mit 100 % der Kessel"]
    assert await database.run(searching.search, work.workspace_row + 1, ["100"], 10) == []


async def test_more_words_come_first_and_then_what_is_newer(database: Database) -> None:
    for number, text in enumerate(["boiler", "boiler code", "code"], 1):
        await database.run(threads.keep, said(number, text))
    found = await database.run(searching.search, 1, ["boiler", "code"], 10)
    assert [one.text for one in found] == ["boiler code", "code", "boiler"]
