"""No cap is ever passed, however many replies are asked side by side, and whatever becomes of them."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session, select

from storage import caps, claims, replies, reservations, threads
from storage.caps import Cap, applying
from storage.claims import Work
from storage.database import Database
from storage.replies import Fenced, Outcome
from storage.reservations import Verdict, Wish
from storage.spending import Bill, Took
from storage.states import ReplyState
from storage.tables import Cap as CapRow
from storage.tables import Change, Reservation, Spent
from storage.words import Period, Reach, Unit
from tests.storage.samples import ADA, ANN, BEN, GENERAL, said

DAY = "2026-11-22"
RANDOM = replace(GENERAL, channel_id="C2", channel_name="random")


@pytest.fixture
async def neighbour(migrated_url: str, database: Database) -> AsyncIterator[Database]:
    """The same database as another process has it open."""
    opened = await Database.open(migrated_url)
    yield opened
    await opened.close()


def cap(reach: Reach, amount: int, period: Period = Period.DAY, unit: Unit = Unit.TOKENS, subject: str = "") -> Cap:
    return Cap(reach=reach, subject=subject, period=period, unit=unit, amount=amount)


def wish(work: Work, tokens: int = 10, *, day: str = DAY, cost_microusd: int = 0) -> Wish:
    return Wish(
        reply_id=work.reply_id,
        epoch=work.epoch,
        workspace_id=work.workspace_row,
        channel=work.channel_id,
        person=work.asker_id,
        day=day,
        tokens=tokens,
        cost_microusd=cost_microusd,
    )


def ended(work: Work, tokens: int, *, day: str = DAY, cost_microusd: int = 0) -> Outcome:
    bill = Bill(
        workspace_id=work.workspace_row,
        day=day,
        channel_row=work.channel_row,
        channel_id=work.channel_id,
        person_id=work.asker_id,
        took=Took(tokens_in=tokens, cost_microusd=cost_microusd),
    )
    return Outcome(state=ReplyState.DONE, text="hi", bill=bill, reserved=True)


async def claimed(database: Database, number: int, **more: Any) -> Work:
    kept = await database.run(threads.keep, said(number % 60, message_id=str(number), thread_key=str(number), **more))
    assert kept.thread_id is not None
    work = await database.run(claims.claim, kept.thread_id, 10)
    assert work is not None
    return work


async def reserve(database: Database, work: Work, *limits: Cap, tokens: int = 10, day: str = DAY) -> Verdict:
    return await database.run(reservations.reserve, wish(work, tokens, day=day), limits)


def spent(session: Session) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for one in session.execute(select(Spent)).scalars():
        found[one.reach, one.subject] = found.get((one.reach, one.subject), 0) + one.tokens
    return found


def reserved(session: Session) -> int:
    return len(session.execute(select(Reservation)).all())


async def test_what_is_set_aside_counts_until_it_is_settled_and_then_what_it_took(database: Database) -> None:
    first, second, third = [await claimed(database, number) for number in (1, 2, 3)]
    limit = cap(Reach.WORKSPACE, 25)
    assert (await reserve(database, first, limit)).over is None
    assert (await reserve(database, second, limit)).over is None
    assert (await reserve(database, third, limit)).over == limit
    await database.run(replies.settle, first, ended(first, 4))
    assert (await reserve(database, third, limit)).over is None
    assert await database.run(reserved) == 2


async def test_a_further_round_of_the_same_reply_takes_the_place_of_the_one_before(database: Database) -> None:
    work = await claimed(database, 1)
    limit = cap(Reach.PERSON, 25)
    assert (await reserve(database, work, limit, tokens=20)).over is None
    assert (await reserve(database, work, limit, tokens=25)).over is None
    assert (await reserve(database, work, limit, tokens=26)).over == limit


async def test_what_a_process_that_went_down_had_set_aside_holds_nothing_once_its_reply_is_taken_up(
    database: Database,
) -> None:
    crashed, other = await claimed(database, 1), await claimed(database, 2)
    limit = cap(Reach.WORKSPACE, 15)
    assert (await reserve(database, crashed, limit)).over is None
    assert (await reserve(database, other, limit)).over == limit
    anew = await database.run(claims.claim, crashed.thread_id, 10)
    assert anew is not None
    assert anew.epoch > crashed.epoch
    assert (await reserve(database, other, limit)).over is None
    assert (await reserve(database, anew, limit)).over == limit
    with pytest.raises(Fenced):
        await reserve(database, crashed, cap(Reach.WORKSPACE, 1_000))
    await database.run(replies.settle, anew, Outcome(state=ReplyState.INTERRUPTED))
    await database.run(replies.settle, other, ended(other, 1))
    assert await database.run(reserved) == 0


async def test_a_month_counts_all_of_its_days_and_a_day_only_itself(database: Database) -> None:
    first, second = await claimed(database, 1), await claimed(database, 2)
    await database.run(replies.settle, first, ended(first, 20, day="2026-11-01"))
    month, day = cap(Reach.WORKSPACE, 25, Period.MONTH), cap(Reach.WORKSPACE, 25)
    assert (await reserve(database, second, day)).over is None
    assert (await reserve(database, second, month)).over == month
    assert (await reserve(database, second, month, day="2026-12-01")).over is None


async def test_each_person_and_channel_has_a_cap_of_its_own(database: Database) -> None:
    ann = await claimed(database, 1)
    ben = await claimed(database, 2, author=BEN)
    elsewhere = await claimed(database, 3, place=RANDOM)
    person, channel = cap(Reach.PERSON, 15), cap(Reach.CHANNEL, 15)
    assert (await reserve(database, ann, person)).over is None
    assert (await reserve(database, ben, person)).over is None
    assert (await reserve(database, elsewhere, person)).over == person
    assert (await reserve(database, elsewhere, channel)).over is None
    assert (await reserve(database, ben, channel)).over == channel


async def test_dollars_are_counted_as_tokens_are(database: Database) -> None:
    work = await claimed(database, 1)
    limit = cap(Reach.WORKSPACE, 1_000, unit=Unit.USD)
    assert (await database.run(reservations.reserve, wish(work, 9_999, cost_microusd=1_000), [limit])).over is None
    assert (await database.run(reservations.reserve, wish(work, 1, cost_microusd=1_001), [limit])).over == limit


async def test_people_are_told_once_in_a_period_that_a_cap_is_near(database: Database) -> None:
    limit = cap(Reach.PERSON, 100)
    first, second = await claimed(database, 1), await claimed(database, 2)
    assert (await reserve(database, first, limit, tokens=79)).near == ()
    assert (await reserve(database, first, limit, tokens=80)).near == (limit,)
    assert (await reserve(database, first, limit, tokens=80)).near == (limit,)
    assert (await reserve(database, second, limit, tokens=5)).near == ()
    ben = await claimed(database, 3, author=BEN)
    assert (await reserve(database, ben, limit, tokens=90)).near == (limit,)
    assert (await reserve(database, second, limit, tokens=90, day="2026-11-23")).near == (limit,)


def test_a_cap_for_one_person_stands_in_place_of_the_one_for_each() -> None:
    each, hers = cap(Reach.PERSON, 10), cap(Reach.PERSON, 99, subject="U1")
    monthly, his = cap(Reach.PERSON, 50, Period.MONTH), cap(Reach.PERSON, 1, subject="U2")
    assert set(applying([each, hers, monthly, his], "C1", "U1")) == {hers, monthly}
    assert set(applying([each, hers, monthly, his], "C1", "U3")) == {each, monthly}


async def test_setting_a_cap_is_written_down_and_raises_the_revision(database: Database) -> None:
    work = await claimed(database, 1)
    limit = cap(Reach.PERSON, 10)
    for given, changed in ((limit, True), (limit, False), (replace(limit, amount=20), True)):
        assert await database.run(caps.put, work.workspace_row, ADA, given) is changed
    assert await database.run(caps.read, work.workspace_row) == (replace(limit, amount=20),)
    assert await database.run(caps.remove, work.workspace_row, ADA, limit) is True
    assert await database.run(caps.remove, work.workspace_row, ADA, limit) is False

    def deeds(session: Session) -> list[str]:
        return list(session.execute(select(Change.deed).order_by("id")).scalars())

    assert await database.run(deeds) == ["cap.set", "cap.set", "cap.remove"]
    assert await database.run(lambda session: session.execute(select(CapRow)).all()) == []


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_no_cap_is_passed_by_many_replies_at_once(database: Database, neighbour: Database, seed: int) -> None:
    """Two processes, 60 replies side by side, of which some crash and are taken up, and some are refused."""
    chance = random.Random(seed)  # noqa: S311
    amounts = {Reach.WORKSPACE: 250, Reach.CHANNEL: 180, Reach.PERSON: 120}
    limits = [cap(reach, amount) for reach, amount in amounts.items()]
    refused = 0

    async def answer(number: int) -> None:
        nonlocal refused
        own = database if number % 2 else neighbour
        place, author = chance.choice([GENERAL, RANDOM]), chance.choice([ANN, BEN])
        work = await claimed(own, number, place=place, author=author)
        wanted = chance.randint(5, 40)
        crashes = chance.random() < 0.2
        if (await own.run(reservations.reserve, wish(work, wanted), limits)).over is not None:
            refused += 1
            await own.run(replies.settle, work, Outcome(state=ReplyState.FAILED, error="over_cap"))
            return
        if crashes:
            anew = await own.run(claims.claim, work.thread_id, 10)
            assert anew is not None
            outcome = Outcome(state=ReplyState.INTERRUPTED)
            await own.run(replies.settle, anew, outcome)
            return
        await own.run(replies.settle, work, ended(work, chance.randint(0, wanted)))

    await asyncio.gather(*(answer(number) for number in range(1, 61)))
    counted = await database.run(spent)
    assert all(tokens <= amounts[Reach(reach)] for (reach, _), tokens in counted.items())
    assert counted["workspace", ""] == sum(tokens for (reach, _), tokens in counted.items() if reach == "person")
    assert refused > 0
    assert await database.run(reserved) == 0
