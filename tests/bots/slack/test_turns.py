import asyncio

import pytest

from bots.slack.overheard import TEXT_LIMIT, Overheard
from bots.slack.turns import Turns

TEAM, CHANNEL = "T1", "C1"


def said(ts: str, text: str = "hello", thread_ts: str | None = None) -> dict[str, str]:
    return {"channel": CHANNEL, "ts": ts, "text": text} | ({"thread_ts": thread_ts} if thread_ts else {})


async def test_what_is_begun_first_is_done_first_and_other_keys_do_not_wait() -> None:
    turns, done, gate = Turns(), list[str](), asyncio.Event()

    async def work(key: str, name: str, *, waits: bool) -> None:
        async with turns.of(key):
            if waits:
                await gate.wait()
            done.append(name)

    async with asyncio.TaskGroup() as group:
        group.create_task(work("a", "first", waits=True))
        group.create_task(work("a", "second", waits=False))
        group.create_task(work("b", "other", waits=False))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        gate.set()
    assert done == ["other", "first", "second"]


async def test_a_turn_that_fails_lets_the_next_one_go_on() -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="broken"):
        async with turns.of("a"):
            raise ValueError("broken")
    async with asyncio.timeout(1.0), turns.of("a"):
        pass


def test_the_oldest_that_was_overheard_goes_as_more_comes() -> None:
    overheard = Overheard(most=2)
    for ts in ("1.000001", "2.000001", "3.000001"):
        overheard.hear(TEAM, said(ts, thread_ts="1.000001"))
    assert [one["ts"] for one in overheard.thread(TEAM, CHANNEL, "1.000001")] == ["2.000001", "3.000001"]


def test_what_is_too_long_is_not_overheard_and_a_workspace_is_forgotten() -> None:
    overheard = Overheard()
    overheard.hear(TEAM, said("1.000001", "x" * (TEXT_LIMIT + 1)))
    overheard.hear(TEAM, said("2.000001"))
    assert overheard.thread(TEAM, CHANNEL, "1.000001") == []
    assert len(overheard.thread(TEAM, CHANNEL, "2.000001")) == 1
    overheard.leave(TEAM)
    assert overheard.thread(TEAM, CHANNEL, "2.000001") == []
