"""Many processes on one PostgreSQL database: some listen, some make replies, and any of them may go down."""

import asyncio
import signal
import time

from sqlalchemy import text

from core.texts import INTERRUPTED
from storage.database import Database
from tests.bots.conftest import Outside
from tests.journeys.control import until
from tests.journeys.durability.people import OnSlack, People, begun, finished, last_edit_at
from tests.journeys.durability.processes import Processes

# What people are promised, and what a machine that runs other tests meanwhile may take longer.
STOPPED_WITHIN_S = 1.0
LOADED_S = 1.5


async def test_a_listener_hears_and_a_worker_answers(fleet: Processes, people: People, outside: Outside) -> None:
    await outside.model.will_say("From elsewhere.")
    await fleet.listen(people.platform)
    await fleet.work()
    (answer,) = await finished(people, await people.ask("hello"))
    assert answer.text == "From elsewhere."


async def test_one_process_alone_serves_on_postgresql(fleet: Processes, people: People, outside: Outside) -> None:
    await outside.model.will_say("Alone.")
    await fleet.run(people.platform)
    (answer,) = await finished(people, await people.ask("hello"))
    assert answer.text == "Alone."


async def test_what_a_killed_worker_was_saying_is_said_by_another_in_its_place(
    fleet: Processes, people: People, outside: Outside
) -> None:
    await outside.model.will_say("One two three four five.", hold=True, hold_after=2)
    await fleet.listen(people.platform)
    first = await fleet.work()
    question = await people.ask("count")
    (half,) = await begun(people, question)
    await fleet.work()
    await outside.model.will_say("One two three four five six.")
    killed_at = time.monotonic()
    await fleet.kill(first)
    (whole,) = await finished(people, question)
    assert (whole.id, whole.text) == (half.id, "One two three four five six.")
    assert time.monotonic() - killed_at < 10.0


async def test_stop_reaches_a_reply_wherever_it_runs(fleet: Processes, people: People, outside: Outside) -> None:
    await outside.model.will_say("One two three four five.", hold=True, hold_after=2)
    await fleet.listen(people.platform)
    await fleet.work()
    question = await people.ask("count")
    (half,) = await begun(people, question)
    pressed_at = time.monotonic()
    await people.press(half, "stop")
    (stopped,) = await finished(people, question)
    assert stopped.text.startswith("One two")
    assert "Stopped" in stopped.text
    assert await last_edit_at(people) - pressed_at < STOPPED_WITHIN_S + LOADED_S


async def test_a_worker_that_ends_hands_over_what_takes_too_long(
    fleet: Processes, people: People, outside: Outside
) -> None:
    await outside.model.will_say("One two three four five.", hold=True, hold_after=2)
    await fleet.listen(people.platform)
    first = await fleet.work(PARLEY_GRACE_S="0.2")
    question = await people.ask("count")
    (half,) = await begun(people, question)
    await fleet.work()
    await outside.model.will_say("One two three four five six.")
    result = await fleet.end(first)
    (whole,) = await finished(people, question)
    assert result.code == 0
    assert (whole.id, whole.text) == (half.id, "One two three four five six.")


async def test_the_last_worker_marks_what_takes_too_long(fleet: Processes, people: People, outside: Outside) -> None:
    await outside.model.will_say("One two three four five.", hold=True, hold_after=2)
    await fleet.listen(people.platform)
    worker = await fleet.work(PARLEY_GRACE_S="0.2")
    question = await people.ask("count")
    await begun(people, question)
    result = await fleet.end(worker)
    (marked,) = await finished(people, question)
    assert result.code == 0
    assert INTERRUPTED in marked.text


async def test_a_worker_that_was_paused_keeps_its_hands_off_what_another_took_over(
    fleet: Processes, outside: Outside
) -> None:
    people = OnSlack(outside.slack)
    await outside.model.will_say("One two three four five.", hold=True, hold_after=2)
    await fleet.listen("slack")
    first = await fleet.work()
    question = await people.ask("count")
    await begun(people, question)
    await fleet.work()
    await outside.model.will_say("All of it.")
    first.send_signal(signal.SIGSTOP)
    await finished(people, question)
    first.send_signal(signal.SIGCONT)
    await outside.model.post("/control/release")
    await outside.model.will_say("The next one.")
    (second,) = await finished(people, await people.ask("and?"))
    assert second.text == "The next one."
    (answer,) = await people.answers(question)
    assert answer.text == "All of it."
    assert (await fleet.end(first)).code == 0


async def test_questions_of_one_thread_are_answered_in_their_order_by_many_workers(
    fleet: Processes, outside: Outside
) -> None:
    people = OnSlack(outside.slack)
    await fleet.listen("slack")
    await asyncio.gather(fleet.work(), fleet.work())
    question = await people.ask("first")
    await finished(people, question)
    for count in range(2, 8):
        await outside.slack.post(
            "/control/messages", user="ann", channel="general", thread_ts=question, text=f"@Parley number {count}"
        )
        await finished(people, question, count)
    assert len(await people.answers(question)) == 7


async def test_a_second_clock_stands_by_and_takes_over(fleet: Processes) -> None:
    first = await fleet.start("clock")
    second = await fleet.start("clock")
    assert (fleet.greeting(first), fleet.greeting(second)) == (
        "parley clock ready: it leads",
        "parley clock ready: it stands by",
    )
    await fleet.kill(first)
    assert second.stdout is not None
    async with asyncio.timeout(10.0):
        assert (await second.stdout.readline()).decode().strip() == "parley clock ready: it leads"
    assert (await fleet.end(second)).code == 0


async def test_the_clock_alone_finds_a_thread_that_no_job_is_left_for(fleet: Processes, outside: Outside) -> None:
    people = OnSlack(outside.slack)
    await fleet.listen("slack")
    question = await people.ask("hello")

    async def forget() -> bool:
        database = await Database.open(fleet.url)
        gone = await database.run(
            lambda session: session.execute(text("delete from procrastinate_jobs returning id")).all()
        )
        await database.close()
        return bool(gone)

    await until(forget)
    await fleet.start("clock")
    await outside.model.will_say("Not forgotten.")
    await fleet.work()
    (answer,) = await finished(people, question)
    assert answer.text == "Not forgotten."
