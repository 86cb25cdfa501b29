import asyncio

from core.periodic import Periodic


async def test_what_fails_is_done_again_the_next_time_until_it_is_closed() -> None:
    done: list[int] = []
    often = asyncio.Event()

    async def deed() -> None:
        done.append(len(done))
        if len(done) == 1:
            raise OSError("the database is away")
        often.set()

    periodic = Periodic(deed, 0.001, "deed.failed")
    assert not periodic.runs
    periodic.start()
    await asyncio.wait_for(often.wait(), 10.0)
    assert periodic.runs
    await periodic.close()
    assert not periodic.runs
    count = len(done)
    await asyncio.sleep(0.02)
    assert len(done) == count
