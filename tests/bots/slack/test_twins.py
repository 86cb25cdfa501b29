import asyncio

import pytest

from bots.slack.twins import MOST, Twins

MENTION = {"type": "app_mention", "channel": "C1", "ts": "1.000001"}
MESSAGE = {"type": "message", "channel": "C1", "ts": "1.000001"}


class Ear:
    """Counts what it hears, once it is let."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.heard = 0
        self.trouble = trouble
        self.may_end = asyncio.Event()

    async def __call__(self) -> None:
        self.heard += 1
        await self.may_end.wait()
        if self.trouble is not None:
            raise self.trouble


async def test_a_mention_and_its_message_are_heard_once_and_told_when_it_is_done() -> None:
    twins, ear = Twins(), Ear()
    both = [asyncio.create_task(twins.once(event, "T1", ear)) for event in (MENTION, MESSAGE)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in both)
    ear.may_end.set()
    await asyncio.gather(*both)
    await twins.once(MESSAGE, "T1", ear)
    assert ear.heard == 1


async def test_what_failed_fails_for_both_and_is_heard_when_it_comes_again() -> None:
    twins, ear = Twins(), Ear(OSError("the disk is full"))
    both = [asyncio.create_task(twins.once(event, "T1", ear)) for event in (MENTION, MESSAGE)]
    await asyncio.sleep(0)
    ear.may_end.set()
    told = await asyncio.gather(*both, return_exceptions=True)
    assert [type(one) for one in told] == [OSError, OSError]
    ear.trouble = None
    await twins.once(MESSAGE, "T1", ear)
    assert ear.heard == 2


@pytest.mark.parametrize(
    "event",
    [
        MESSAGE | {"subtype": "message_changed"},
        MESSAGE | {"ts": "1.000002"},
        MESSAGE | {"channel": "C2"},
        {"type": "reaction_added"},
        None,
    ],
)
async def test_other_events_are_no_twins(event: object) -> None:
    twins, ear = Twins(), Ear()
    ear.may_end.set()
    await twins.once(MENTION, "T1", ear)
    await twins.once(event, "T1", ear)
    assert ear.heard == 2


async def test_old_ones_are_forgotten() -> None:
    twins, ear = Twins(), Ear()
    ear.may_end.set()
    for number in range(MOST + 1):
        await twins.once(MESSAGE | {"ts": f"{number}.000001"}, "T1", ear)
    await twins.once(MESSAGE | {"ts": "0.000001"}, "T1", ear)
    assert ear.heard == MOST + 2
