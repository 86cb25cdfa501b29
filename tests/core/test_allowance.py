"""What replies may spend, and what is counted of them, whatever they ended with."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import Session, select

from core import drafts
from core import settings as core_settings
from core.allowance import Allowance, day_of
from core.asking import Asking
from core.calls import Call
from core.configurations import Configurations
from core.drafts import Draft
from core.errors import OverCap
from core.stream import Finish
from storage import claims, replies, threads
from storage.claims import Work
from storage.database import Database
from storage.spending import Bill
from storage.tables import Reservation, Spent
from tests.core.answering import claim
from tests.storage.samples import said

PRICES = """\
["cheap"]
input = 1
output = 2

["dear"]
input = 100
output = 200
"""


class House:
    def __init__(self, database: Database, folder: Path, caps: str = "") -> None:
        path = folder / "prices.toml"
        path.write_text(PRICES)
        self.database = database
        self.configurations = Configurations(database)
        settings = core_settings.load(
            env_file=None,
            OPENAI_MODEL="cheap",
            OPENAI_BASE_URL="http://127.0.0.1:9/v1",
            PARLEY_MODELS="cheap,dear",
            PARLEY_FALLBACK_MODEL="dear",
            PARLEY_PRICES=str(path),
            PARLEY_ANSWER_TOKENS="100",
            PARLEY_CAPS=caps,
            SLACK_BOT_TOKEN="xoxb-1",
            SLACK_APP_TOKEN="xapp-1",
        )
        self.asking = Asking(settings)
        models, prices = self.asking.models, self.asking.prices
        self.allowance = Allowance(database, self.configurations, models, prices, settings)

    async def work(self, number: int = 1) -> Work:
        kept = await self.database.run(threads.keep, said(number % 60, message_id=str(number), thread_key=str(number)))
        assert kept.thread_id is not None
        work = await self.database.run(claims.claim, kept.thread_id, 10)
        assert work is not None
        return work

    def draft(self, model: str = "cheap", **finish: object) -> Draft:
        return Draft(model=self.asking.models.resolve(model), finish=Finish(model=model, **finish))  # type: ignore[arg-type]

    async def reserve(self, work: Work, draft: Draft, tokens: int = 50) -> None:
        configuration = await self.configurations.of(work.workspace_row, work.workspace_revision)
        assert self.allowance.binds(work, configuration)
        assert draft.model is not None
        await self.allowance.reserve(work, configuration, draft, Call(model=draft.model, messages=[], tokens=tokens))

    async def bill(self, work: Work, draft: Draft) -> Bill:
        bill = await self.allowance.bill(work, draft)
        assert bill is not None
        return bill


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    house = House(database, tmp_path)
    yield house
    await house.asking.close()


@pytest.fixture
async def capped(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    """Each person may spend 1,000 tokens a day, and everybody two cents a month."""
    house = House(database, tmp_path, "person day 1000 tokens; workspace month $0.025")
    yield house
    await house.asking.close()


def set_aside(session: Session) -> list[tuple[int, int]]:
    return [(one.tokens, one.cost_microusd) for one in session.execute(select(Reservation)).scalars()]


async def test_what_the_provider_counts_is_billed_at_the_price_of_the_model(house: House) -> None:
    draft = house.draft(tokens_in=1_000, tokens_out=500, tokens_cached=10, cost_usd=Decimal("0.002"))
    bill = await house.bill(await house.work(), draft)
    assert (bill.took.tokens, bill.took.tokens_cached, bill.took.cost_microusd) == (1_500, 10, 2_000)
    assert (bill.person_id, bill.person_name, bill.channel_id, bill.model) == ("U1", "Ann", "C1", "cheap")


async def test_all_rounds_of_a_reply_are_billed_together(house: House) -> None:
    draft = house.draft(tokens_in=100, tokens_out=50, cost_usd=Decimal("0.001"))
    draft.next_round()
    draft.finish = Finish(model="cheap", tokens_in=200, tokens_out=10, cost_usd=Decimal("0.002"))
    draft.add("Done.")
    bill = await house.bill(await house.work(), draft)
    assert (bill.took.tokens, bill.took.cost_microusd) == (360, 3_000)


async def test_a_stopped_reply_is_billed_as_far_as_can_be_told(house: House) -> None:
    draft = house.draft()
    draft.add("A long story. " * 100)
    draft.stopped = True
    bill = await house.bill(await house.work(), draft)
    assert bill.took.tokens_out > 200
    assert bill.took.cost_microusd == 2 * bill.took.tokens_out


async def test_what_an_earlier_process_had_the_model_say_is_priced_too(house: House) -> None:
    draft = Draft(texts=["All of it."], finish=Finish(reason="stop", model="cheap", tokens_in=10, tokens_out=5))
    bill = await house.bill(await house.work(), draft)
    assert (bill.model, bill.took.cost_microusd) == ("cheap", 20)


async def test_a_request_that_came_to_nothing_is_not_billed(house: House) -> None:
    assert await house.allowance.bill(await house.work(), Draft(unasked=True)) is None
    assert await house.allowance.bill(await house.work(2), house.draft()) is None


async def test_the_price_of_the_dearer_model_is_set_aside_with_what_earlier_rounds_took(capped: House) -> None:
    work, draft = await capped.work(), capped.draft()
    draft.spent = [Finish(model="cheap", tokens_in=30, tokens_out=20, cost_usd=Decimal("0.0001"))]
    draft.finish = Finish()
    with pytest.raises(OverCap, match="in this workspace this month"):
        await capped.reserve(work, draft)
    draft.spent = []
    await capped.reserve(work, draft, tokens=20)
    assert await capped.database.run(set_aside) == [(120, 22_000)]
    assert draft.reserved
    assert "in this workspace this month is nearly used up" in draft.near
    draft.refused = "No more."
    outcome = drafts.outcome_of(draft)
    assert (outcome.error, outcome.reserved) == ("over_cap", True)
    assert (
        drafts.closing_note(draft, "r1")
        == "No more.\n\nWhat may be spent in this workspace this month is nearly used up."
    )


async def test_nothing_is_set_aside_where_no_cap_holds(house: House) -> None:
    work = await house.work()
    configuration = await house.configurations.of(work.workspace_row, work.workspace_revision)
    assert not house.allowance.binds(work, configuration)
    assert await house.allowance.allows(work)


async def test_what_nobody_asked_for_waits_for_a_workspace_that_has_spent_all(
    database: Database, tmp_path: Path
) -> None:
    house = House(database, tmp_path, "workspace day 0 tokens")
    assert not await house.allowance.allows(await house.work())
    open_one = House(database, tmp_path, "person day 0 tokens")
    assert await open_one.allowance.allows(await open_one.work(2))


async def test_a_reply_belongs_to_the_day_of_its_workspace_on_which_it_was_begun(database: Database) -> None:
    await database.run(threads.keep, said(1))
    work = await claim(database)
    work = replace(work, started_at=datetime(2026, 11, 22, 23, 30, tzinfo=UTC))
    assert day_of(work, "UTC") == "2026-11-22"
    assert day_of(work, "Europe/Brussels") == "2026-11-23"


async def test_many_replies_at_once_do_not_pass_a_cap_together(database: Database, tmp_path: Path) -> None:
    """Each sets aside 150 tokens and takes 120; a person may spend 1,000."""
    capped = House(database, tmp_path, "person day 1000 tokens")

    async def answer(number: int) -> bool:
        work, draft = await capped.work(number), capped.draft()
        draft.model = capped.asking.models.resolve("cheap")
        configuration = await capped.configurations.of(work.workspace_row, work.workspace_revision)
        call = Call(model=draft.model, messages=[], tokens=50)
        try:
            await capped.allowance.reserve(work, configuration, draft, call)
        except OverCap as refusal:
            draft.refused = str(refusal)
        else:
            draft.finish = Finish(reason="stop", model="cheap", tokens_in=50, tokens_out=70, cost_usd=Decimal(0))
            draft.add("Hello.")
        bill = await capped.allowance.bill(work, draft)
        await capped.database.run(replies.settle, work, replace(drafts.outcome_of(draft), bill=bill))
        return not draft.refused

    answered = sum(await asyncio.gather(*(answer(number) for number in range(1, 41))))

    def spent(session: Session) -> int:
        return max(one.tokens for one in session.exec(select(Spent)))

    assert 6 <= answered <= 8
    assert await capped.database.run(spent) == answered * 120 <= 1_000
    assert await capped.database.run(set_aside) == []
