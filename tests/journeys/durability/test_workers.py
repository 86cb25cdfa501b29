"""Many processes on one PostgreSQL database: some listen, some make replies, and any of them may go down."""

import asyncio
import signal

import aiohttp
from sqlalchemy import text

from core.texts import INTERRUPTED
from storage.database import Database
from tests.bots import health, promql
from tests.bots.command_line import ready_line
from tests.bots.conftest import Outside
from tests.journeys.control import until
from tests.journeys.durability.people import InPrivate, OnSlack, People, Seen, begun, finished
from tests.journeys.durability.processes import Processes
from tests.ports import free_port


async def test_a_listener_hears_and_a_worker_answers(fleet: Processes, people: People, outside: Outside) -> None:
    await outside.model.will_say("From elsewhere.")
    await fleet.listen_and_work(people.platform)
    (answer,) = await finished(people, await people.ask("hello"))
    assert answer.text == "From elsewhere."


async def test_one_process_alone_serves_on_postgresql(fleet: Processes, people: People, outside: Outside) -> None:
    await outside.model.will_say("Alone.")
    await fleet.run(people.platform)
    (answer,) = await finished(people, await people.ask("hello"))
    assert answer.text == "Alone."


async def said_by_another(fleet: Processes, people: People, outside: Outside) -> tuple[str, Seen]:
    """A question and its answer, which a worker began and, as it was killed, another has ended in its place."""
    await outside.model.will_say("One two three four five.", hold=True, hold_after=2)
    first = await fleet.listen_and_work(people.platform)
    question = await people.ask("count")
    (half,) = await begun(people, question)
    await fleet.work()
    await outside.model.will_say("One two three four five six.")
    await fleet.kill(first)
    (whole,) = await finished(people, question)
    assert (whole.id, whole.text) == (half.id, "One two three four five six.")
    return question, whole


async def test_what_a_killed_worker_was_saying_is_said_by_another_in_its_place(
    fleet: Processes, people: People, outside: Outside
) -> None:
    await said_by_another(fleet, people, outside)


async def test_a_private_answer_goes_on_in_its_place_and_is_made_anew_there_by_other_workers(
    fleet: Processes, outside: Outside
) -> None:
    people = InPrivate(outside.discord)
    question, whole = await said_by_another(fleet, people, outside)
    await outside.model.will_say("Seven.")
    await people.press(whole, "again")

    async def anew() -> bool:
        (answer,) = await people.answers(question)
        return answer == Seen(whole.id, "Seven.", finished=True)

    await until(anew)


async def test_stop_reaches_a_reply_wherever_it_runs(fleet: Processes, people: People, outside: Outside) -> None:
    await outside.model.will_say("One two three four five.", hold=True, hold_after=2)
    await fleet.listen_and_work(people.platform)
    question = await people.ask("count")
    (half,) = await begun(people, question)
    await people.press(half, "stop")
    (stopped,) = await finished(people, question)
    assert stopped.text.startswith("One two")
    assert "Stopped" in stopped.text


async def test_a_worker_that_ends_hands_over_what_takes_too_long(
    fleet: Processes, people: People, outside: Outside
) -> None:
    await outside.model.will_say("One two three four five.", hold=True, hold_after=2)
    first = await fleet.listen_and_work(people.platform, PARLEY_GRACE_S="0.2")
    question = await people.ask("count")
    (half,) = await begun(people, question)
    await fleet.work()
    await outside.model.will_say("One two three four five six.")
    code = await fleet.end(first)
    (whole,) = await finished(people, question)
    assert code == 0
    assert (whole.id, whole.text) == (half.id, "One two three four five six.")


async def test_the_last_worker_marks_what_takes_too_long(fleet: Processes, people: People, outside: Outside) -> None:
    await outside.model.will_say("One two three four five.", hold=True, hold_after=2)
    worker = await fleet.listen_and_work(people.platform, PARLEY_GRACE_S="0.2")
    question = await people.ask("count")
    await begun(people, question)
    code = await fleet.end(worker)
    (marked,) = await finished(people, question)
    assert code == 0
    assert INTERRUPTED in marked.text


async def test_a_worker_that_was_paused_keeps_its_hands_off_what_another_took_over(
    fleet: Processes, outside: Outside
) -> None:
    people = OnSlack(outside.slack)
    await outside.model.will_say("One two three four five.", hold=True, hold_after=2)
    first = await fleet.listen_and_work("slack")
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
    assert await fleet.end(first) == 0


async def test_questions_of_one_thread_are_answered_in_their_order_by_many_workers(
    fleet: Processes, outside: Outside
) -> None:
    people = OnSlack(outside.slack)
    await asyncio.gather(fleet.listen("slack"), fleet.work(), fleet.work())
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
    assert fleet.greeting(first) == "parley clock ready: it leads"
    assert fleet.greeting(second) == "parley clock ready: it stands by"
    await fleet.kill(first)
    assert await ready_line(second) == "parley clock ready: it leads"
    assert await fleet.end(second) == 0


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


async def test_each_process_tells_how_it_is(fleet: Processes, outside: Outside) -> None:
    ports = {name: free_port() for name in ("listener", "worker", "clock")}
    await fleet.listen("slack", PORT=str(ports["listener"]))
    async with aiohttp.ClientSession() as connections:
        status, told = await health.readiness(connections, ports["listener"])
        assert (status, told["parts"]["slack"], told["why"]) == (200, True, {"queue": "no_workers"})
        await asyncio.gather(fleet.work(PORT=str(ports["worker"])), fleet.start("clock", PORT=str(ports["clock"])))

        async def all_well() -> bool:
            found = [await health.readiness(connections, port) for port in ports.values()]
            return all(status == 200 and not told["why"] for status, told in found)

        await until(all_well)
        _, told = await health.readiness(connections, ports["worker"])
        assert set(told["parts"]) == {"started", "database", "queue", "model"}
        people = OnSlack(outside.slack)
        await people.ask("hello")

        async def settled() -> dict[str, promql.Scrape] | None:
            found = {name: promql.read(await health.metrics(connections, port)) for name, port in ports.items()}
            return found if found["worker"].value("parley_replies_total") else None

        scrapes = await until(settled)
    assert {name: scrape.value("parley_messages_total") for name, scrape in scrapes.items()} == {
        "listener": 1,
        "worker": 0,
        "clock": 0,
    }
    assert scrapes["worker"].value("parley_replies_total", platform="slack", state="done") == 1
    assert {name: scrape.value("parley_leads") for name, scrape in scrapes.items()} == {
        "listener": 0,
        "worker": 0,
        "clock": 1,
    }
