"""A deploy: the new processes run before the old ones have ended, and both hear what people write."""

import asyncio

from tests.bots.conftest import Outside
from tests.journeys.durability.people import OnSlack, People, begun, finished
from tests.journeys.durability.processes import Processes


async def test_while_two_generations_run_each_question_is_answered_once(
    processes: Processes, people: People, outside: Outside
) -> None:
    old = await processes.run(people.platform)
    first = await people.ask("one")
    await finished(people, first)
    await outside.model.will_say("Two three four five six.", hold=True, hold_after=2)
    second = await people.ask("two")
    await begun(people, second)
    await processes.run(people.platform)
    third = await people.ask("three")
    await finished(people, third)
    ending = asyncio.create_task(processes.end(old))
    fourth = await people.ask("four")
    await outside.model.post("/control/release")
    assert await ending == 0
    fifth = await people.ask("five")
    for question in (first, second, third, fourth, fifth):
        (answer,) = await finished(people, question)
        assert answer.text


async def test_what_is_asked_in_a_thread_that_the_old_process_answers_in_is_answered_by_the_new_one(
    processes: Processes, outside: Outside
) -> None:
    people = OnSlack(outside.slack)
    old = await processes.run("slack")
    await outside.model.will_say("One two three four five.", hold=True, hold_after=2)
    question = await people.ask("count")
    await begun(people, question)
    await processes.run("slack")
    ending = asyncio.create_task(processes.end(old))
    await outside.slack.post(
        "/control/messages", user="ann", channel="general", thread_ts=question, text="@Parley and?"
    )
    await outside.model.will_say("Going on.")
    await outside.model.post("/control/release")
    answers = await finished(people, question, 2)
    assert await ending == 0
    assert [answer.text for answer in answers] == ["One two three four five.", "Going on."]
