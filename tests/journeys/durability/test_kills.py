"""`parley run` is killed at any moment: at the next start every reply is finished in its place, or plainly marked."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from sqlmodel import Session, col, select

from core.texts import INTERRUPTED
from storage.database import engine_for
from storage.states import UNSETTLED, ReplyState
from storage.tables import Reply
from tests.bots.conftest import Outside
from tests.journeys.control import until
from tests.journeys.durability.people import InDirectMessages, InPrivate, People, Seen, begun, finished
from tests.journeys.durability.processes import Processes

WHOLE = "One two three four five six seven."

Look = Callable[[], Awaitable[object]]
Moment = Callable[[Processes, People, Outside], AbstractAsyncContextManager[str]]


@asynccontextmanager
async def before_the_post(processes: Processes, people: People, outside: Outside) -> AsyncIterator[str]:
    await outside.model.will_say(WHOLE, hold=True)
    question = await people.ask("count")
    await until(outside.model.requests)
    await outside.model.will_say(WHOLE)
    yield question


@asynccontextmanager
async def after_the_post_and_before_its_id_is_kept(
    processes: Processes, people: People, outside: Outside
) -> AsyncIterator[str]:
    await outside.model.will_say(WHOLE)
    await people.server.fault(people.post, "lose", times=1)
    question = await people.ask("count")
    await begun(people, question)
    await outside.model.will_say(WHOLE)
    yield question


@asynccontextmanager
async def in_the_middle_of_the_answer(processes: Processes, people: People, outside: Outside) -> AsyncIterator[str]:
    await outside.model.will_say(WHOLE, hold=True, hold_after=4)
    question = await people.ask("count")
    await begun(people, question)
    await until(lambda: anything(processes, Reply.text_so_far))
    await outside.model.will_say(WHOLE)
    yield question


@asynccontextmanager
async def at_the_last_edit(processes: Processes, people: People, outside: Outside) -> AsyncIterator[str]:
    await outside.model.will_say(WHOLE, hold=True, hold_after=4)
    question = await people.ask("count")
    await begun(people, question)
    await people.server.fault(people.edit, "slow", delay_s=20.0, times=1)
    await outside.model.post("/control/release")
    await until(lambda: anything(processes, Reply.finish_reason))
    await people.server.delete("/control/faults")
    yield question


@asynccontextmanager
async def while_it_is_settled(processes: Processes, people: People, outside: Outside) -> AsyncIterator[str]:
    await outside.model.will_say(WHOLE, hold=True, hold_after=4)
    question = await people.ask("count")
    await begun(people, question)
    await until(lambda: anything(processes, Reply.text_so_far))
    engine = engine_for(processes.url)
    with Session(engine) as session:
        session.execute(select(Reply).with_for_update())
        await outside.model.post("/control/release")
        await finished(people, question)
        await outside.model.will_say(WHOLE)
        yield question
    engine.dispose()


MOMENTS: list[Moment] = [
    before_the_post,
    after_the_post_and_before_its_id_is_kept,
    in_the_middle_of_the_answer,
    at_the_last_edit,
    while_it_is_settled,
]


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.__name__)
async def test_a_reply_survives_a_kill(processes: Processes, people: People, outside: Outside, moment: Moment) -> None:
    running = await processes.run(people.platform)
    async with moment(processes, people, outside) as question:
        await processes.kill(running)
    await processes.run(people.platform)
    answers = await once_settled(processes, people, question)
    assert len(answers) == 1
    assert is_whole_or_marked(answers[0])


@pytest.mark.parametrize("moment", MOMENTS[:4], ids=lambda moment: moment.__name__)
async def test_a_private_reply_survives_a_kill_as_one_message(
    processes: Processes, outside: Outside, moment: Moment
) -> None:
    people = InPrivate(outside.discord)
    running = await processes.run(people.platform)
    async with moment(processes, people, outside) as question:
        await processes.kill(running)
    await processes.run(people.platform)
    (answer,) = await once_settled(processes, people, question)
    assert is_whole_or_marked(answer)


async def test_a_stream_that_a_killed_process_has_left_open_is_gone_on_with(
    processes: Processes, outside: Outside
) -> None:
    streaming = {"PARLEY_SLACK_STREAMING": "on"}
    people = InDirectMessages(outside.slack)
    running = await processes.run(people.platform, **streaming)
    async with in_the_middle_of_the_answer(processes, people, outside) as question:
        await processes.kill(running)
    await processes.run(people.platform, **streaming)
    (answer,) = await once_settled(processes, people, question)
    assert is_whole_or_marked(answer)


async def once_settled(processes: Processes, people: People, question: str) -> list[Seen]:
    """The answers when no reply is queued or running any more and the last one is finished."""

    async def settled() -> bool:
        states = await processes.stored(select(col(Reply.state)))
        return not {ReplyState(state) for state in states} & set(UNSETTLED)

    await until(settled)
    return await finished(people, question)


async def anything(processes: Processes, column: Any) -> bool:
    """Whether a column of the one reply holds anything yet."""
    return any(await processes.stored(select(column)))


def is_whole_or_marked(seen: Seen) -> bool:
    said, _, note = seen.text.partition("\n\n_")
    return said == WHOLE or (WHOLE.startswith(said) and note == f"{INTERRUPTED}_")
