from dataclasses import replace
from typing import Any

from sqlmodel import Session, select

from storage import claims, replies, spending, threads, usage
from storage.claims import Work
from storage.database import Database
from storage.replies import Outcome
from storage.spending import Bill, Took
from storage.states import ReplyState
from storage.tables import Spending, Spent
from storage.usage import Facet
from tests.storage.samples import BEN, GENERAL, said

DAY = "2026-11-22"
TOOK = Took(tokens_in=10, tokens_out=5, tokens_cached=2, tokens_reasoning=1, cost_microusd=300)
RANDOM = replace(GENERAL, channel_id="C2", channel_name="random")


async def claimed(database: Database, number: int = 1, **more: Any) -> Work:
    kept = await database.run(threads.keep, said(number, thread_key=str(number), **more))
    assert kept.thread_id is not None
    work = await database.run(claims.claim, kept.thread_id, 10)
    assert work is not None
    return work


def bill(work: Work, took: Took = TOOK, *, day: str = DAY, model: str = "gpt", name: str = "Ann") -> Bill:
    return Bill(
        workspace_id=work.workspace_row,
        day=day,
        channel_row=work.channel_row,
        channel_id=work.channel_id,
        person_id=work.asker_id,
        person_name=name,
        persona=work.persona_name,
        model=model,
        took=took,
    )


async def settle(database: Database, work: Work, given: Bill) -> None:
    await database.run(replies.settle, work, Outcome(state=ReplyState.DONE, text="hi", bill=given))


def rolled_up(session: Session) -> list[Spending]:
    return list(session.execute(select(Spending).order_by("id")).scalars())


def within(session: Session) -> dict[tuple[str, str], tuple[int, int]]:
    found = session.execute(select(Spent)).scalars()
    return {(one.reach, one.subject): (one.tokens, one.cost_microusd) for one in found}


async def test_settled_replies_are_counted_in_one_row_for_each_day_place_person_and_model(database: Database) -> None:
    for number in (1, 2):
        work = await claimed(database, number)
        await settle(database, work, bill(work, name="Ann" if number == 1 else "Anna"))
    work = await claimed(database, 3)
    await settle(database, work, bill(work, Took(tokens_in=1, tokens_out=1), model="other"))
    first, second = await database.run(rolled_up)
    assert (first.replies, first.tokens_in, first.tokens_cached, first.cost_microusd, first.unpriced) == (
        2,
        20,
        4,
        600,
        0,
    )
    assert (first.person_id, first.person_name) == ("U1", "Anna")
    assert (second.model, second.replies, second.unpriced, second.cost_microusd) == ("other", 1, 1, 0)
    counted = await database.run(within)
    assert counted == {("workspace", ""): (32, 600), ("channel", "C1"): (32, 600), ("person", "U1"): (32, 600)}


async def test_a_reply_that_is_settled_twice_is_counted_once(database: Database) -> None:
    work = await claimed(database)
    for _ in range(2):
        await settle(database, work, bill(work))
    (row,) = await database.run(rolled_up)
    assert row.replies == 1


async def test_usage_is_divided_up_by_whatever_is_asked_for(database: Database) -> None:
    ann = await claimed(database, 1)
    await settle(database, ann, bill(ann, day="2026-11-21"))
    ben = await claimed(database, 2, author=BEN, place=RANDOM)
    await settle(database, ben, bill(ben, replace(TOOK, cost_microusd=900), name="Ben", model="dear"))

    async def found(facet: Facet, since: str = "2026-11-01", person: str | None = None) -> list[tuple[str, str, int]]:
        listed = await database.run(usage.of, ann.workspace_row, facet, since, "2026-11-30", person)
        return [(one.key, one.name, one.cost_microusd) for one in listed]

    assert await found(Facet.DAY) == [("2026-11-21", "", 300), ("2026-11-22", "", 900)]
    assert await found(Facet.PERSON) == [("U2", "Ben", 900), ("U1", "Ann", 300)]
    assert await found(Facet.CHANNEL) == [("C2", "random", 900), ("C1", "general", 300)]
    assert await found(Facet.MODEL) == [("dear", "", 900), ("gpt", "", 300)]
    assert await found(Facet.PERSONA, since="2026-11-22") == [("", "", 900)]
    assert await found(Facet.DAY, person="U1") == [("2026-11-21", "", 300)]


async def test_what_a_forgotten_person_has_spent_is_nobodys_and_the_sums_stay(database: Database) -> None:
    for number, author in ((1, BEN), (2, BEN), (3, replace(BEN, id="U3"))):
        work = await claimed(database, number, author=author)
        await settle(database, work, bill(work))
    assert await database.run(spending.forget, work.workspace_row, "U2") == 1
    assert await database.run(spending.forget, work.workspace_row, "U3") == 1
    (row,) = await database.run(rolled_up)
    assert (row.person_id, row.person_name, row.replies, row.tokens_in) == ("", "", 3, 30)
    counted = await database.run(within)
    assert counted == {("workspace", ""): (45, 900), ("channel", "C1"): (45, 900)}
