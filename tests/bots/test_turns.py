import asyncio

import pytest

from bots.turns import Turns


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
