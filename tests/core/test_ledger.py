import asyncio

import pytest

from core.drafts import Draft
from core.ledger import Ledger
from storage import claims, threads
from storage.database import Database
from storage.replies import Fenced
from tests.storage.samples import said


async def test_a_reply_that_a_process_takes_up_again_is_over_where_it_was_made_until_then(database: Database) -> None:
    """As after a pause that was so long that others thought it dead, and put the reply back."""
    ledger, given_up = Ledger(database, shared=True), list[int]()
    await database.run(threads.keep, said(1))
    first = await database.run(claims.claim, 1, 10, runner="one")
    again = await database.run(claims.claim, 1, 10, runner="one")
    assert first is not None
    assert again is not None
    with ledger.keeping(first, Draft(), bool, lambda: given_up.append(first.epoch)):
        with ledger.keeping(again, Draft(), bool, lambda: given_up.append(again.epoch)):
            assert given_up == [first.epoch]
            await ledger.confirm(again)
            with pytest.raises(Fenced):
                await ledger.confirm(first)
        with pytest.raises(Fenced):
            await ledger.confirm(first)


@pytest.mark.parametrize("moments", range(5))
async def test_an_answer_that_ends_as_the_process_does_holds_nothing_up(database: Database, moments: int) -> None:
    ledger = Ledger(database, shared=False)
    ledger.start()
    await asyncio.sleep(0.01)
    ledger.hurry()
    for _ in range(moments):
        await asyncio.sleep(0)
    async with asyncio.timeout(20):
        await ledger.close()
